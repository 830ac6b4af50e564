/**
 * A record of a sort, in memory as in a spilled run: `u32 LE key length, u32 LE payload length, key, payload`.
 */
export const RECORD_HEADER = 8;

/** The first offset from `from` on, and below `end`, where the keys that begin at `a[aKey]` and `b[bKey]` differ; else `end`. */
export function sharedEnd(a: Buffer, aKey: number, b: Buffer, bKey: number, from: number, end: number): number {
  let at = from;
  while (at < end && a[aKey + at] === b[bKey + at]) at++;
  return at;
}
