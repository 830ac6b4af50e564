import { DataError, KEY_CAP, type SnapshotRow, VALUE_CAP } from '@ekv/snapshot';
import type { ItemKey } from '../layout/item-key.ts';
import { writeItemMessage } from '../layout/item-message.ts';
import { keyPart } from '../layout/key-part.ts';
import { shownText } from '../layout/shown-text.ts';
import { type Attribute, attributeValue, type StoredValue } from '../layout/stored-value.ts';
import type { IndexSchema } from '../layout/table-message.ts';
import type { Table } from './table.ts';

/** Without the timestamp and the value header that the caps of the file count. */
export const LONGEST_KEY = KEY_CAP - 8;
export const LONGEST_VALUE = VALUE_CAP - 9;

/** An item of a table with all that can be wrong with it found. */
export class ItemRecords {
  /** The item's own row first. */
  readonly records: readonly SnapshotRow[];
  /** Of the item's own row. */
  readonly itemKey: Buffer;
  readonly key: ItemKey;
  /** The parts of its key. */
  readonly identity: Buffer;

  /** @param attributes views that are read now. */
  constructor(table: Table, attributes: Attribute[]) {
    const { schema, keys } = table;
    const hash = primaryValue(attributes, schema.hashKey, 'hash');
    const range = schema.rangeKey.length === 0 ? undefined : primaryValue(attributes, schema.rangeKey, 'range');
    this.key = { hash, range };
    const parts = [partOf(hash, schema.hashKey, 'hash attribute')];
    if (range !== undefined) parts.push(partOf(range, schema.rangeKey, 'range attribute'));
    const key = keys.item(parts);
    this.itemKey = key;
    this.identity = key.subarray(keys.itemHead.length);
    const records = [checkedRow(key, writeItemMessage(attributes), 'the item')];
    schema.indexes.forEach((index, i) => {
      const indexParts = partsOfIndex(index, attributes);
      if (indexParts === undefined) return;
      const row = `the row of the index ${shownText(index.name)}`;
      records.push(checkedRow(keys.index(i, [...indexParts, ...parts]), key, row));
    });
    this.records = records;
  }
}

/** `undefined` when the item is not in the index. */
function partsOfIndex(index: IndexSchema, attributes: readonly Attribute[]): Buffer[] | undefined {
  const hash = attributeValue(attributes, index.hashKey);
  if (hash === undefined) return undefined;
  const parts = [partOf(hash, index.hashKey, 'hash attribute', index)];
  if (index.rangeKey.length === 0) return parts;
  const range = attributeValue(attributes, index.rangeKey);
  if (range === undefined) return undefined;
  parts.push(partOf(range, index.rangeKey, 'range attribute', index));
  return parts;
}

function primaryValue(attributes: readonly Attribute[], name: Buffer, role: 'hash' | 'range'): StoredValue {
  const value = attributeValue(attributes, name);
  if (value === undefined) throw new DataError(`the ${role} attribute ${shownText(name)} of the table is missing`);
  return value;
}

function partOf(value: StoredValue, name: Buffer, role: string, index?: IndexSchema): Buffer {
  const part = keyPart(value);
  if (part !== undefined) return part;
  const attribute = `the ${role} ${shownText(name)} of ${index ? `the index ${shownText(index.name)}` : 'the table'}`;
  if (value.kind !== 'N') throw new DataError(`${attribute} must be S, N or B, it is ${value.kind}`);
  throw new DataError(`${attribute} must be a decimal number, not ${shownText(value.bytes)}`);
}

/** A row of whose size the file has room. Throws DataError. */
export function checkedRow(key: Buffer, value: Uint8Array, what: string): { key: Buffer; value: Uint8Array } {
  if (key.length > LONGEST_KEY)
    throw new DataError(`the key of ${what} is too large: ${key.length} bytes, the limit is ${LONGEST_KEY}`);
  if (value.length > LONGEST_VALUE)
    throw new DataError(`the value of ${what} is too large: ${value.length} bytes, the limit is ${LONGEST_VALUE}`);
  return { key, value };
}
