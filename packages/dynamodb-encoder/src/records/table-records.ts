import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { orderedByName } from '../layout/stored-value.ts';
import { type IndexSchema, type KeySchema, writeTableMessage } from '../layout/table-message.ts';
import { textBytes } from './attribute-value.ts';
import { Table } from './table.ts';

/** A table as a program describes it. Servers accept any names; types are declared only, they are not checked anywhere. */
export interface TableDefinition extends KeyDefinition {
  /** Not empty. */
  readonly name: string;
  /** Declared types by attribute name, such as `{ id: 'S' }`. Rows do not depend on them. */
  readonly attributeTypes?: Readonly<Record<string, string>>;
  readonly indexes?: readonly IndexDefinition[];
}

/** Names of the key attributes. */
export interface KeyDefinition {
  readonly hashKey: string;
  readonly rangeKey?: string;
}

/** A global secondary index. */
export interface IndexDefinition extends KeyDefinition {
  readonly name: string;
  /** Stored only: rows do not depend on it. Default `ALL`. */
  readonly projection?: string;
  readonly nonKeyAttributes?: readonly string[];
}

/**
 * Prepares a table for {@link tableRecords} and `itemRecords`. Throws DataError for an empty name of the table or its hash
 * key, two indexes of one name, and text with a lone surrogate.
 */
export function defineTable(definition: TableDefinition): Table {
  const { name, attributeTypes = {}, indexes = [] } = definition;
  if (name === '') throw new DataError('a table needs a name');
  if (definition.hashKey === '') throw new DataError(`the table ${JSON.stringify(name)} needs a hash key`);
  const names = indexes.map((index) => index.name);
  const twice = names.find((index, i) => names.indexOf(index) !== i);
  if (twice !== undefined)
    throw new DataError(`the table ${JSON.stringify(name)} has two indexes ${JSON.stringify(twice)}`);
  const definitions = Object.entries(attributeTypes).map(([attribute, type]) => ({
    name: textBytes(attribute),
    type: textBytes(type),
  }));
  return new Table({
    name: textBytes(name),
    ...keySchema(definition),
    definitions: orderedByName(definitions),
    indexes: orderedByName(indexes.map(indexSchema)),
  });
}

function keySchema({ hashKey, rangeKey = '' }: KeyDefinition): KeySchema {
  return { hashKey: textBytes(hashKey), rangeKey: textBytes(rangeKey) };
}

function indexSchema(index: IndexDefinition): IndexSchema {
  const { name, projection = 'ALL', nonKeyAttributes = [] } = index;
  return {
    name: textBytes(name),
    ...keySchema(index),
    projection: textBytes(projection),
    nonKeyAttributes: nonKeyAttributes.map(textBytes),
  };
}

/** The rows of a table beside its items: schema and generation counter. docs/format/04-dynamodb.md, section 1. */
export function* tableRecords({ schema, keys }: Table): Generator<SnapshotRow> {
  yield { key: keys.table, value: writeTableMessage(schema) };
  yield { key: keys.generation, value: FIRST_GENERATION };
}

const FIRST_GENERATION = Buffer.from('1');
