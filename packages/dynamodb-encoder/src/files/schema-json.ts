import type { JsonBytes } from '@ekv/dump-tree';
import type { AttributeDefinition, IndexSchema, KeySchema, TableSchema } from '../layout/table-message.ts';

/** The JSON of `_schema.json`, byte for byte; docs/format/04-dynamodb.md, section 7.2. */

export const FORMAT_VERSION = 1;

/** Writes a whole file, no newline at its end. */
export function writeSchema(json: JsonBytes, table: TableSchema): void {
  json.reset();
  json.text(`{\n  "format_version": ${FORMAT_VERSION},\n  "table_name": `);
  text(json, table.name);
  json.text(',\n  "primary_key": ');
  writeKeys(json, table, table.definitions, '  ');
  json.text(',\n  "attribute_definitions": ');
  writeList(json, table.definitions, '  ', (definition) => writeDefinition(json, definition));
  if (table.indexes.length > 0) {
    json.text(',\n  "global_secondary_indexes": ');
    writeList(json, table.indexes, '  ', (index) => writeIndex(json, index, table.definitions));
  }
  json.text('\n}');
}

function writeDefinition(json: JsonBytes, { name, type }: AttributeDefinition): void {
  json.text('{\n      "name": ');
  text(json, name);
  json.text(',\n      "type": ');
  text(json, type);
  json.text('\n    }');
}

function writeIndex(json: JsonBytes, index: IndexSchema, definitions: readonly AttributeDefinition[]): void {
  json.text('{\n      "name": ');
  text(json, index.name);
  json.text(',\n      "key_schema": ');
  writeKeys(json, index, definitions, '      ');
  json.text(',\n      "projection": {\n        "type": ');
  text(json, index.projection);
  if (index.nonKeyAttributes.length > 0) {
    json.text(',\n        "non_key_attributes": ');
    writeList(json, index.nonKeyAttributes, '        ', (name) => text(json, name));
  }
  json.text('\n      }\n    }');
}

/** @param indent of the line that the object begins in. */
function writeKeys(
  json: JsonBytes,
  { hashKey, rangeKey }: KeySchema,
  definitions: readonly AttributeDefinition[],
  indent: string,
): void {
  json.text(`{\n${indent}  "hash_key": `);
  writeKey(json, hashKey, typeOf(hashKey, definitions), `${indent}  `);
  json.text(`,\n${indent}  "range_key": `);
  const rangeType = rangeKey.length === 0 ? rangeKey : typeOf(rangeKey, definitions);
  writeKey(json, rangeKey, rangeType, `${indent}  `);
  json.text(`\n${indent}}`);
}

/** Empty fields are left out. */
function writeKey(json: JsonBytes, name: Buffer, type: Buffer, indent: string): void {
  const fields: Array<[string, Buffer]> = [
    ['name', name],
    ['type', type],
  ];
  const present = fields.filter(([, value]) => value.length > 0);
  if (present.length === 0) return json.text('{}');
  present.forEach(([field, value], i) => {
    json.text(`${i === 0 ? '{' : ','}\n${indent}  "${field}": `);
    text(json, value);
  });
  json.text(`\n${indent}}`);
}

function typeOf(name: Buffer, definitions: readonly AttributeDefinition[]): Buffer {
  return definitions.find((definition) => definition.name.equals(name))?.type ?? NOTHING;
}

const NOTHING = Buffer.alloc(0);

/** @param indent of the line that the array begins in. */
function writeList<T>(json: JsonBytes, elements: readonly T[], indent: string, write: (element: T) => void): void {
  if (elements.length === 0) return json.text('[]');
  elements.forEach((element, i) => {
    json.text(`${i === 0 ? '[' : ','}\n${indent}  `);
    write(element);
  });
  json.text(`\n${indent}]`);
}

function text(json: JsonBytes, bytes: Buffer): void {
  json.string(bytes, 0, bytes.length, 'html');
}
