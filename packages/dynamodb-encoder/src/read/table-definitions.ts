import type { DecodedTable } from '../decode/decoded-table.ts';
import type { IndexSchema, KeySchema } from '../layout/table-message.ts';
import { addField } from './item-values.ts';

/** A table that was read, in the form of a `TableDefinition`. */
export interface StoredTable {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  /** Declared types by attribute name. */
  readonly attributeTypes: Readonly<Record<string, string>>;
  readonly indexes: readonly StoredIndex[];
}

/** A global secondary index of a table that was read. */
export interface StoredIndex {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly projection: string;
  readonly nonKeyAttributes: readonly string[];
}

/** A table in the words of its definition. */
export function readTable({ name, schema }: DecodedTable): StoredTable {
  const attributeTypes: Record<string, string> = {};
  for (const definition of schema.definitions)
    addField(attributeTypes, definition.name.toString(), definition.type.toString());
  return { name, ...readKeys(schema), attributeTypes, indexes: schema.indexes.map(readIndex) };
}

function readIndex(index: IndexSchema): StoredIndex {
  return {
    name: index.name.toString(),
    ...readKeys(index),
    projection: index.projection.toString(),
    nonKeyAttributes: index.nonKeyAttributes.map((attribute) => attribute.toString()),
  };
}

function readKeys({ hashKey, rangeKey }: KeySchema): { hashKey: string; rangeKey?: string } {
  const keys = { hashKey: hashKey.toString() };
  return rangeKey.length === 0 ? keys : { ...keys, rangeKey: rangeKey.toString() };
}
