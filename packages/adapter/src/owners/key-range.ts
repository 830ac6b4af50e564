/**
 * A stretch of keys, for whoever looks for rows in a sorted snapshot. The bounds are compared with keys as they stand there, with the
 * 8 bytes of their version at the end: all versions of a key are in the stretch when the key is.
 */
export interface KeyRange {
  readonly start: Buffer;
  /** The first that is not in it. `undefined`: it goes on to the last key. */
  readonly end: Buffer | undefined;
  /** Length in bytes of all keys that are meant, without the version: others may stand between them. Absent: any. */
  readonly keyLength?: number | undefined;
}

const VERSION_BYTES = 8;
const ABOVE_ALL_VERSIONS = Buffer.from([...new Array<number>(VERSION_BYTES).fill(0xff), 0]);

/** All keys that begin so. @param rest bytes that follow, when it is known how many. */
export function keysFrom(start: Buffer, rest?: number): KeyRange {
  return { start, end: successor(start), ...(rest === undefined ? {} : { keyLength: start.length + rest }) };
}

/** One key. */
export function oneKey(key: Buffer): KeyRange {
  return { start: key, end: Buffer.concat([key, ABOVE_ALL_VERSIONS]), keyLength: key.length };
}

/** Whether the key `bytes[start, end)`, without its version, is one of those that are meant. */
export function isInRange(range: KeyRange, bytes: Buffer, start: number, end: number): boolean {
  if (range.keyLength !== undefined && end - start !== range.keyLength) return false;
  if (bytes.compare(range.start, 0, range.start.length, start, end) < 0) return false;
  return range.end === undefined || bytes.compare(range.end, 0, range.end.length, start, end) < 0;
}

/** Ascending, each once. */
export function sortedRanges(ranges: readonly KeyRange[]): KeyRange[] {
  const sorted = [...ranges].sort((a, b) => a.start.compare(b.start) || (a.keyLength ?? -1) - (b.keyLength ?? -1));
  return sorted.filter((range, i) => i === 0 || !isSameRange(range, sorted[i - 1]!));
}

function isSameRange(a: KeyRange, b: KeyRange): boolean {
  return a.start.equals(b.start) && a.keyLength === b.keyLength;
}

/** The lowest bytes above all that begin with these; `undefined` when there are none. */
function successor(bytes: Buffer): Buffer | undefined {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const next = Buffer.from(bytes.subarray(0, length));
  next[length - 1]!++;
  return next;
}
