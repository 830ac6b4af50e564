import {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  skipUnknown,
} from '@ekv/adapter';
import { DESCRIPTION_JSON, type JsonBytes, type JsonReader, type TreeSource } from '@ekv/dump-tree';
import { orderedByName } from '../layout/stored-value.ts';
import type { AttributeDefinition, IndexSchema, KeySchema, TableSchema } from '../layout/table-message.ts';

/** `_schema.json`, written byte for byte and read; docs/format/04-dynamodb.md, sections 7.2 and 9.2. */

const NOTHING: Buffer = Buffer.alloc(0);

/** Writes the whole file, without a newline at its end. */
export function writeSchema(json: JsonBytes, table: TableSchema): void {
  json.reset();
  json.text(`{\n  "format_version": ${FORMAT_VERSION},\n  "table_name": `);
  writeText(json, table.name);
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
  writeText(json, name);
  json.text(',\n      "type": ');
  writeText(json, type);
  json.text('\n    }');
}

function writeIndex(json: JsonBytes, index: IndexSchema, definitions: readonly AttributeDefinition[]): void {
  json.text('{\n      "name": ');
  writeText(json, index.name);
  json.text(',\n      "key_schema": ');
  writeKeys(json, index, definitions, '      ');
  json.text(',\n      "projection": {\n        "type": ');
  writeText(json, index.projection);
  if (index.nonKeyAttributes.length > 0) {
    json.text(',\n        "non_key_attributes": ');
    writeList(json, index.nonKeyAttributes, '        ', (name) => writeText(json, name));
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
    writeText(json, value);
  });
  json.text(`\n${indent}}`);
}

function typeOf(name: Buffer, definitions: readonly AttributeDefinition[]): Buffer {
  return definitions.find((definition) => definition.name.equals(name))?.type ?? NOTHING;
}

/** @param indent of the line that the array begins in. */
function writeList<T>(json: JsonBytes, elements: readonly T[], indent: string, write: (element: T) => void): void {
  if (elements.length === 0) return json.text('[]');
  elements.forEach((element, i) => {
    json.text(`${i === 0 ? '[' : ','}\n${indent}  `);
    write(element);
  });
  json.text(`\n${indent}]`);
}

function writeText(json: JsonBytes, bytes: Buffer): void {
  json.string(bytes, 0, bytes.length, 'html');
}

/** What `_schema.json` says. */
export interface SchemaFile {
  readonly schema: TableSchema;
  /** Key attributes with the types that stand beside them, which rows do not hold. */
  readonly keyTypes: readonly AttributeDefinition[];
}

/** Reads the schema of a table. Throws DataError with path, line and column. @param path byte string of the file. */
export function readSchema(context: JsonFieldContext & { readonly tree: TreeSource }, path: string): SchemaFile {
  const { tree, reader } = context;
  reader.reset(tree.display(path), tree.read(path, DESCRIPTION_JSON));
  const start = reader.mark();
  const file = new SchemaReader(context, path).read();
  reader.end();
  if (!file.hasVersion) failWithoutVersion((rule) => reader.failAtMark(start, rule));
  const { name, hashKey } = file.schema;
  if (name.length === 0) reader.failAtMark(start, '"table_name" must not be missing or empty');
  if (hashKey.length === 0) reader.failAtMark(start, 'the name of "hash_key" must not be missing or empty');
  return file;
}

/** Fields in any order; `null` is as good as absent; names that mean nothing are counted. */
class SchemaReader {
  readonly #context: JsonFieldContext;
  readonly #reader: JsonReader;
  readonly #path: string;
  readonly #keyTypes: AttributeDefinition[] = [];

  constructor(context: JsonFieldContext, path: string) {
    this.#context = context;
    this.#reader = context.reader;
    this.#path = path;
  }

  read(): SchemaFile & { readonly hasVersion: boolean } {
    let hasVersion = false;
    let name = NOTHING;
    let keys: KeySchema = { hashKey: NOTHING, rangeKey: NOTHING };
    let definitions: AttributeDefinition[] = [];
    let indexes: IndexSchema[] = [];
    this.#object('the schema', (field) => {
      if (field === 'format_version') hasVersion = readFormatVersion(this.#reader);
      else if (field === 'table_name') name = this.#text(field);
      else if (field === 'primary_key') keys = this.#keys(field);
      else if (field === 'attribute_definitions') definitions = this.#named(field, () => this.#nameAndType(field));
      else if (field === 'global_secondary_indexes') indexes = this.#named(field, () => this.#index());
      else this.#skip(field);
    });
    const schema = { name, ...keys, definitions: orderedByName(definitions), indexes: orderedByName(indexes) };
    return { hasVersion, schema, keyTypes: this.#keyTypes };
  }

  #keys(what: string): KeySchema {
    let hashKey = NOTHING;
    let rangeKey = NOTHING;
    this.#object(`"${what}"`, (field) => {
      if (field === 'hash_key') hashKey = this.#key(field);
      else if (field === 'range_key') rangeKey = this.#key(field);
      else this.#skip(field);
    });
    return { hashKey, rangeKey };
  }

  #key(what: string): Buffer {
    const key = this.#nameAndType(what);
    this.#keyTypes.push(key);
    return key.name;
  }

  #nameAndType(what: string): AttributeDefinition {
    let name = NOTHING;
    let type = NOTHING;
    this.#object(`"${what}"`, (field) => {
      if (field === 'name') name = this.#text(field);
      else if (field === 'type') type = this.#text(field);
      else this.#skip(field);
    });
    return { name, type };
  }

  #index(): IndexSchema {
    let name = NOTHING;
    let keys: KeySchema = { hashKey: NOTHING, rangeKey: NOTHING };
    let projection = NOTHING;
    let nonKeyAttributes: Buffer[] = [];
    this.#object('an index', (field) => {
      if (field === 'name') name = this.#text(field);
      else if (field === 'key_schema') keys = this.#keys(field);
      else if (field !== 'projection') this.#skip(field);
      else
        this.#object('"projection"', (part) => {
          if (part === 'type') projection = this.#text(part);
          else if (part === 'non_key_attributes') nonKeyAttributes = this.#list(part, () => this.#text(part));
          else this.#skip(part);
        });
    });
    return { name, ...keys, projection, nonKeyAttributes };
  }

  /** A list of things whose names differ. */
  #named<T extends { readonly name: Buffer }>(what: string, read: () => T): T[] {
    const reader = this.#reader;
    const seen = new Set<string>();
    return this.#list(what, () => {
      const start = reader.mark();
      const element = read();
      const name = element.name.toString();
      if (seen.has(name)) reader.failAtMark(start, `"${what}" has the name ${JSON.stringify(name)} twice`);
      seen.add(name);
      return element;
    });
  }

  #list<T>(what: string, read: () => T): T[] {
    const reader = this.#reader;
    const elements: T[] = [];
    if (!reader.takeNull()) reader.array(() => elements.push(read()), `"${what}"`);
    return elements;
  }

  #object(what: string, onField: (field: string) => void): void {
    const reader = this.#reader;
    // A null of a field is absent: nothing is asked of it.
    if (what !== 'the schema' && reader.takeNull()) return;
    reader.object((field) => {
      if (!reader.takeNull()) onField(field);
    }, what);
  }

  /** A copy: the bytes of the file are gone when items are read. */
  #text(what: string): Buffer {
    return Buffer.from(this.#reader.stringBytes(`"${what}"`));
  }

  #skip(field: string): void {
    skipUnknown(this.#context, field, this.#path);
  }
}
