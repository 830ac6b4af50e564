import { ArgumentError, DataError } from '@ekv/snapshot';
import { givenFields, givenObject, givenText, isIterable, isPlainObject, wrongKind } from '@ekv/snapshot/arguments';
import { shownText } from '../layout/shown-text.ts';
import { orderedByName } from '../layout/stored-value.ts';
import type { AttributeDefinition, IndexSchema, KeySchema } from '../layout/table-message.ts';
import { DefinedTable } from './defined-table.ts';

/** A table as a program describes it. Servers accept any names; types are declared only, they are not checked anywhere. */
export interface TableDefinition extends KeyDefinition {
  /** Not empty. */
  readonly name: string;
  /** Declared types by attribute name, such as `{ id: 'S' }`. Rows do not depend on them. */
  readonly attributeTypes?: Readonly<Record<string, string>> | ReadonlyMap<string, string> | undefined;
  /** Global secondary indexes; servers have no local ones. */
  readonly indexes?: readonly IndexDefinition[] | undefined;
}

/** Names of the key attributes. */
export interface KeyDefinition {
  readonly hashKey: string;
  readonly rangeKey?: string | undefined;
}

/** A global secondary index. */
export interface IndexDefinition extends KeyDefinition {
  readonly name: string;
  /** Stored only: rows do not depend on it. Default `ALL`. */
  readonly projection?: string | undefined;
  readonly nonKeyAttributes?: readonly string[] | undefined;
}

const FIELDS: ReadonlyArray<keyof TableDefinition> = ['name', 'hashKey', 'rangeKey', 'attributeTypes', 'indexes'];
const INDEX_FIELDS: ReadonlyArray<keyof IndexDefinition> = [
  'name',
  'hashKey',
  'rangeKey',
  'projection',
  'nonKeyAttributes',
];

/**
 * Prepares a table for the rows of its items. Throws ArgumentError for anything but a definition, also for a field that is not known, and
 * DataError for an empty name of the table or its hash key, two indexes of one name, and names that are too long for a row.
 */
export function defineTable(definition: TableDefinition): DefinedTable {
  const given = givenObject(definition, 'the definition of a table');
  refuseDescription(given);
  const { name, attributeTypes, indexes } = givenFields(given, FIELDS, 'the definition of a table');
  const nameBytes = utf8(name, 'the name of a table');
  if (name === '') throw new DataError('a table needs a name');
  const table = `the table ${shownText(name)}`;
  const keys = keySchema(definition, table);
  if (keys.hashKey.length === 0) throw new DataError(`${table} needs a hash key`);
  return new DefinedTable({
    name: nameBytes,
    ...keys,
    definitions: attributeDefinitions(attributeTypes, table),
    indexes: indexSchemas(indexes, table),
  });
}

function refuseDescription(given: object): void {
  if ('KeySchema' in given || 'Table' in given || 'TableName' in given)
    throw new ArgumentError(
      'the definition of a table is in the words of the SDK; pass an answer to DescribeTable through fromDescribeTable()',
    );
}

function keySchema({ hashKey, rangeKey = '' }: KeyDefinition, owner: string): KeySchema {
  return {
    hashKey: utf8(hashKey, `the hash key of ${owner}`),
    rangeKey: utf8(rangeKey, `the range key of ${owner}`),
  };
}

function attributeDefinitions(types: TableDefinition['attributeTypes'] = {}, table: string): AttributeDefinition[] {
  const name = `the attributeTypes of ${table}`;
  const fields: Array<[string, string]> = types instanceof Map ? [...types] : Object.entries(givenObject(types, name));
  if (fields.length === 0 && !(types instanceof Map) && !isPlainObject(types))
    throw wrongKind(types, name, 'an object, or a Map, of types by attribute name');
  const definitions = fields.map(([attribute, type]) => ({
    name: utf8(attribute, `a name in the attributeTypes of ${table}`),
    type: utf8(type, `the type of the attribute ${shownText(attribute)} of ${table}`),
  }));
  return orderedByName(definitions);
}

function indexSchemas(indexes: TableDefinition['indexes'] = [], table: string): IndexSchema[] {
  if (!Array.isArray(indexes)) throw wrongKind(indexes, `the indexes of ${table}`, 'an array');
  const schemas = Array.from(indexes, (index: IndexDefinition, i) => indexSchema(index, table, i + 1));
  const names = schemas.map((index) => index.name.toString());
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new DataError(`${table} has two indexes ${shownText(twice)}`);
  return orderedByName(schemas);
}

/** @param number from 1 on. */
function indexSchema(given: IndexDefinition, table: string, number: number): IndexSchema {
  const shown = `index ${number} of ${table}`;
  const fields = givenFields(givenObject(given, shown), INDEX_FIELDS, shown);
  const { name, projection = 'ALL', nonKeyAttributes = [] } = fields;
  const nameBytes = utf8(name, `the name of ${shown}`);
  const index = `the index ${shownText(name)} of ${table}`;
  if (!isIterable<string>(nonKeyAttributes))
    throw wrongKind(nonKeyAttributes, `the nonKeyAttributes of ${index}`, 'an array of names');
  return {
    name: nameBytes,
    ...keySchema(given, index),
    projection: utf8(projection, `the projection of ${index}`),
    nonKeyAttributes: Array.from(nonKeyAttributes, (attribute) => utf8(attribute, `a non-key attribute of ${index}`)),
  };
}

function utf8(given: string, name: string): Buffer {
  return Buffer.from(givenText(given, name));
}
