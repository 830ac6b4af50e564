/**
 * A record of a sort, in memory as in a spilled run: `u32 LE key length, u32 LE payload length, key, payload`.
 */
export const RECORD_HEADER = 8;

/** A u32 LE length; faster than the runtime's call. */
export function lengthAt(bytes: Buffer, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** The first offset from `from` on, and below `end`, where the keys that begin at `a[aKey]` and `b[bKey]` differ; else `end`. */
export function sharedEnd(a: Buffer, aKey: number, b: Buffer, bKey: number, from: number, end: number): number {
  let at = from;
  while (at < end && a[aKey + at] === b[bKey + at]) at++;
  return at;
}

export function writeLength(bytes: Buffer, at: number, length: number): void {
  bytes[at] = length;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 24;
}
