import type { RowCursor } from '@ekv/snapshot';

/** A range of bytes that is a Redis key. */
export interface KeyRange {
  readonly bytes: Buffer;
  readonly keyStart: number;
  readonly keyEnd: number;
}

export type KeyOrder = (a: KeyRange, b: KeyRange) => number;

/** The order of rows whose Redis key follows its length: shorter keys first. */
export function byLength(a: KeyRange, b: KeyRange): number {
  const length = a.keyEnd - a.keyStart - (b.keyEnd - b.keyStart);
  return length !== 0 ? length : a.bytes.compare(b.bytes, b.keyStart, b.keyEnd, a.keyStart, a.keyEnd);
}

/** By bytes, a key after all keys that it is a prefix of; see {@link PrefixLastRows}. */
export function prefixLast(a: KeyRange, b: KeyRange): number {
  const aLength = a.keyEnd - a.keyStart;
  const bLength = b.keyEnd - b.keyStart;
  const shared = Math.min(aLength, bLength);
  const order = a.bytes.compare(b.bytes, b.keyStart, b.keyStart + shared, a.keyStart, a.keyStart + shared);
  return order !== 0 ? order : bLength - aLength;
}

/**
 * A sort key whose byte order is {@link prefixLast}: `ff` is written `ff 00`, and the end is `ff ff`.
 */
export function prefixLastSortKey(bytes: Buffer, start: number, end: number): Buffer {
  const escaped = Buffer.alloc((end - start) * 2 + 2);
  let at = 0;
  for (let i = start; i < end; i++) {
    escaped[at++] = bytes[i]!;
    if (bytes[i] === 0xff) escaped[at++] = 0;
  }
  escaped[at++] = 0xff;
  escaped[at++] = 0xff;
  return escaped.subarray(0, at);
}

/** The commit timestamp, inverted, follows the key of a row; docs/format/01-snapshot.md, section 3.3. */
const TIMESTAMP_BYTES = 8;

/**
 * Whether the row at hand, timestamp included, begins with `prefix` after the prefix of its family. As rows are in the
 * order of these bytes, all rows whose key begins with `prefix` have come when this turns false. The key alone would not
 * do: the timestamp of a shorter key can look like the rest of `prefix`, and that key then stands among those rows.
 */
export function rowBeginsWith(rows: RowCursor, familyLength: number, prefix: KeyRange): boolean {
  const length = prefix.keyEnd - prefix.keyStart;
  const start = rows.keyStart + familyLength;
  if (rows.keyEnd + TIMESTAMP_BYTES - start < length) return false;
  const { bytes } = rows;
  for (let i = length - 1; i >= 0; i--) {
    if (bytes[start + i] !== prefix.bytes[prefix.keyStart + i]) return false;
  }
  return true;
}
