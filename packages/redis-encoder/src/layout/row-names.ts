import { nameRows, printable, type RowName } from '@ekv/snapshot';
import {
  EXPIRY_ROWS,
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  HYPERLOGLOG_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_ENTRY_ROWS,
  STREAM_METADATA_ROWS,
  STRING_ROWS,
} from './families.ts';
import { ID_BYTES, LENGTH_BYTES, lengthKeyEnd, SEQUENCE_BYTES } from './row-keys.ts';

/** Rows in the words of people, by their keys; docs/format/03-redis.md, section 2. One function each, so that a bundle holds few. */

/** Of rows whose key is the Redis key. */
export function keyName(row: Buffer, at: number, end = row.length): string {
  return `the Redis key "${printable(row.subarray(at, end))}"`;
}

export function itemName(row: Buffer, at: number): string {
  return `an item of ${keyName(row, at, row.length - SEQUENCE_BYTES)}`;
}

/** Of the metadata of all collections but lists. */
export function collectionName(row: Buffer, at: number): string | undefined {
  return named(row, at, () => '');
}

export function fieldName(row: Buffer, at: number): string | undefined {
  return named(row, at, (field) => `the field "${printable(field)}" of `);
}

export function memberName(row: Buffer, at: number): string | undefined {
  return named(row, at, (member) => `the member "${printable(member)}" of `);
}

export function entryName(row: Buffer, at: number): string | undefined {
  return named(row, at, (id) => `the entry ${idText(id)} of `);
}

/** @param element names what follows the Redis key, before it. */
function named(row: Buffer, at: number, element: (rest: Buffer) => string): string | undefined {
  const end = lengthKeyEnd(row, at, row.length);
  return end === -1 ? undefined : element(row.subarray(end)) + keyName(row, at + LENGTH_BYTES, end);
}

function idText(id: Buffer): string {
  return id.length === ID_BYTES ? `${id.readBigUInt64BE(0)}-${id.readBigUInt64BE(ID_BYTES / 2)}` : printable(id);
}

const NAMES: ReadonlyArray<readonly [prefix: string, name: RowName]> = [
  [STRING_ROWS, keyName],
  [HYPERLOGLOG_ROWS, keyName],
  [EXPIRY_ROWS, keyName],
  [LIST_METADATA_ROWS, keyName],
  [LIST_ITEM_ROWS, itemName],
  [HASH_METADATA_ROWS, collectionName],
  [HASH_FIELD_ROWS, fieldName],
  [SET_METADATA_ROWS, collectionName],
  [SET_MEMBER_ROWS, memberName],
  [SORTED_SET_METADATA_ROWS, collectionName],
  [SORTED_SET_MEMBER_ROWS, memberName],
  [STREAM_METADATA_ROWS, collectionName],
  [STREAM_ENTRY_ROWS, entryName],
];

/** Has the rows of all kinds of keys named. */
export function nameRedisRows(): void {
  for (const [prefix, name] of NAMES) nameRows(prefix, name);
}
