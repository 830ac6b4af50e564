import { partEnd } from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';

/** Keys of rows: a prefix, then parts that hold bytes and numbers of 8 bytes. docs/format/05-s3.md, section 1.2. */

export const NUMBER_BYTES = 8;

/** The key of prefix, parts and numbers, one after the other. */
export function rowKey(prefix: string, ...parts: readonly Uint8Array[]): Buffer {
  let length = prefix.length;
  for (const part of parts) length += part.length;
  const key = Buffer.allocUnsafe(length);
  key.write(prefix, 0, 'latin1');
  let at = prefix.length;
  for (const part of parts) {
    key.set(part, at);
    at += part.length;
  }
  return key;
}

/** 8 bytes, big-endian. */
export function u64(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(NUMBER_BYTES);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** A key that is taken apart, up to `keyEnd`, and the prefix that it begins with. */
export interface KeyOfFamily {
  readonly bytes: Buffer;
  readonly keyEnd: number;
  readonly family: string;
}

/** Index after the part that begins at `start`. Throws DataError. @param what the part names, for the message. */
export function afterPart({ bytes, keyEnd, family }: KeyOfFamily, start: number, what: string): number {
  const end = partEnd(bytes, start, keyEnd);
  if (end === -1) throw new DataError(`the ${what} in the key of a ${family} row does not end properly`);
  return end;
}

/** Index after the number at `start`. Throws DataError. @param what the number counts, for the message. */
export function afterNumber({ keyEnd, family }: KeyOfFamily, start: number, what: string): number {
  if (start + NUMBER_BYTES > keyEnd) throw new DataError(`the key of a ${family} row ends before its ${what}`);
  return start + NUMBER_BYTES;
}

/** Throws DataError unless the key ends at `at`. */
export function checkKeyEnd({ keyEnd, family }: KeyOfFamily, at: number): void {
  if (at !== keyEnd) throw new DataError(`${keyEnd - at} bytes stand behind the end of the key of a ${family} row`);
}
