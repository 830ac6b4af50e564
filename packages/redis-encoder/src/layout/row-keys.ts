import { type RowPosition, rowError, writeSortable } from '@ekv/adapter';
import { LIST_ITEM_ROWS, STREAM_ENTRY_ROWS } from './families.ts';

/** Keys of rows, built and taken apart; docs/format/03-redis.md, section 2. */

/** Of the length before a key. */
export const LENGTH_BYTES = 4;

/** `prefix, key`, and room for what follows. */
export function rowKey(prefix: string, key: Uint8Array, spare = 0): Buffer {
  const bytes = Buffer.allocUnsafe(prefix.length + key.length + spare);
  bytes.write(prefix, 0, 'latin1');
  bytes.set(key, prefix.length);
  return bytes;
}

/** `prefix, u32 length, key`: what the rows of one collection begin with. */
export function lengthRowKey(prefix: string, key: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(prefix.length + LENGTH_BYTES + key.length);
  bytes.write(prefix, 0, 'latin1');
  bytes.writeUInt32BE(key.length, prefix.length);
  bytes.set(key, prefix.length + LENGTH_BYTES);
  return bytes;
}

/** A row key that goes on after what its collection's rows begin with. @param spare room between the two, in bytes. */
export function extendedKey(head: Uint8Array, rest: Uint8Array, spare = 0): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + spare + rest.length);
  bytes.set(head);
  bytes.set(rest, head.length + spare);
  return bytes;
}

/** 64-bit unsigned numbers one after the other, big-endian. Throws RangeError for others. */
export function u64s(...values: readonly bigint[]): Buffer {
  const bytes = Buffer.allocUnsafe(values.length * 8);
  for (let i = 0; i < values.length; i++) bytes.writeBigUInt64BE(values[i]!, i * 8);
  return bytes;
}

/** End of the Redis key in `u32 length, key` at an offset of a row key that ends at `end`; -1 when it runs past the end. */
export function lengthKeyEnd(bytes: Buffer, lengthAt: number, end: number): number {
  if (end - lengthAt < LENGTH_BYTES) return -1;
  const keyStart = lengthAt + LENGTH_BYTES;
  const length = bytes.readUInt32BE(lengthAt);
  return length > end - keyStart ? -1 : keyStart + length;
}

/** `u64 commit timestamp, u32 serial` at the end of the key of a count change. */
export const CHANGE_SUFFIX_BYTES = 12;

/** End of the Redis key in `u32 length, key, u64, u32` that fills `bytes[lengthAt, end)` exactly, or -1. */
export function countChangeKeyEnd(bytes: Buffer, lengthAt: number, end: number): number {
  const keyEnd = lengthKeyEnd(bytes, lengthAt, end);
  return keyEnd === end - CHANGE_SUFFIX_BYTES ? keyEnd : -1;
}

/** Bytes of the sequence number at the end of the key of a list item. */
export const SEQUENCE_BYTES = 8;

/** The key of a list item: `prefix, key, sequence number`. Section 8. */
export function listItemRowKey(key: Uint8Array, sequence: bigint): Buffer {
  const row = rowKey(LIST_ITEM_ROWS, key, SEQUENCE_BYTES);
  writeSortable(row, row.length - SEQUENCE_BYTES, sequence);
  return row;
}

/** End of the Redis key in the key of a list item. Throws RowError when the key is too short for a sequence number. */
export function listItemKeyEnd(row: RowPosition): number {
  if (row.keyEnd - row.keyStart >= LIST_ITEM_ROWS.length + SEQUENCE_BYTES) return row.keyEnd - SEQUENCE_BYTES;
  throw rowError(row, `the key of a ${LIST_ITEM_ROWS} row must end in an 8-byte sequence number`);
}

/** Bytes of the id at the end of the key of a stream's entry. */
export const ID_BYTES = 16;

/** The key of a stream's entry: `prefix, u32 length, key, u64 ms, u64 seq`. Section 10. */
export function streamEntryRowKey(key: Uint8Array, ms: bigint, seq: bigint): Buffer {
  return extendedKey(lengthRowKey(STREAM_ENTRY_ROWS, key), u64s(ms, seq));
}

/** Throws RowError unless what follows the Redis key in the key of a stream's entry is an id. */
export function checkStreamEntryRowKey(
  row: RowPosition & { readonly restStart: number; readonly restEnd: number },
): void {
  if (row.restEnd - row.restStart !== ID_BYTES)
    throw rowError(row, `the key of a ${STREAM_ENTRY_ROWS} row must end in an id of 16 bytes`);
}
