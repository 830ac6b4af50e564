import { type EntryFrame, mayEndAt, readFrame } from './entry-frame.ts';
import type { PagedBytes } from './paged-bytes.ts';

/** Entries that must follow one another, in order. */
const ENOUGH = 8;
const BLOCK = 1 << 16;
/** The upper bytes of the length of a key, and how the keys of all families begin. */
const BEGINNING = Buffer.from('\0\0\0\0\0!', 'latin1');
const BEGINNING_AT = 3;
/** Blocks overlap by that much, so that no beginning is cut. */
const OVERLAP = 16;

/** Where an entry is looked for: its offset in `[from, to)`, its key between two others. */
export interface Where {
  readonly from: number;
  readonly to: number;
  readonly above: Buffer;
  /** `undefined` = any key. */
  readonly below: Buffer | undefined;
}

/**
 * The first bytes that look like the start of an entry: their lengths fit, and several entries follow in the order of their keys. A value
 * can hold such bytes too; {@link containerOf} tells.
 */
export function probableEntry(bytes: PagedBytes, where: Where): EntryFrame | undefined {
  for (let start = where.from; start < where.to && !bytes.isSpent; start += BLOCK - OVERLAP) {
    const block = Buffer.from(bytes.at(start, Math.min(BLOCK, bytes.length - start))!);
    for (let at = block.indexOf(BEGINNING); at !== -1; at = block.indexOf(BEGINNING, at + 1)) {
      const offset = start + at - BEGINNING_AT;
      if (offset < where.from) continue;
      if (offset >= where.to || bytes.isSpent) return undefined;
      const frame = readFrame(bytes, offset);
      if (frame !== undefined && isBetween(frame.key, where) && isFollowed(bytes, frame, ENOUGH)) return frame;
    }
  }
  return undefined;
}

function isBetween(key: Buffer, { above, below }: Where): boolean {
  return key.compare(above) > 0 && (below === undefined || key.compare(below) < 0);
}

/** Whether entries go on after one, each with a key above the one before: so many, or up to the end of the file. */
export function isFollowed(bytes: PagedBytes, frame: EntryFrame, entries: number): boolean {
  let last = frame;
  for (let i = 0; i < entries && !mayEndAt(bytes, last.end); i++) {
    const next = readFrame(bytes, last.end);
    if (next === undefined || next.key.compare(last.key) <= 0) return false;
    last = next;
  }
  return true;
}
