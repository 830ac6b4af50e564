import { LENGTH_BYTES } from '../format/constants.ts';
import { lengthAt } from '../format/length-field.ts';
import { type EntryFrame, keyLengthAt, readFrame } from './entry-frame.ts';
import type { PagedBytes } from './paged-bytes.ts';
import { isFollowed } from './probable-entry.ts';

/** Read at once; a block goes on behind its part by some of it, so that most fields of lengths are in it. */
const PART = 1 << 20;
const BEHIND = 1 << 12;
/** Zeros at the end of the length of a key, and what stands before them. */
const ZEROS = 5;
const ZEROS_AT = 3;
/** Looked at closely; a file that is made to have more is doubtful. */
const MOST_CANDIDATES = 256;

/** Where an entry may begin that holds an offset. */
export interface Reach {
  /** The first entry of the file: no other key is below its key. */
  readonly first: EntryFrame;
  /** Bytes before the offset. */
  readonly reach: number;
}

/**
 * What looks like an entry that begins up to `reach` bytes before an offset and goes on behind it: what is found at the offset may be a
 * part of its value. `undefined` = there is none, so it is none, unless of a larger value. `doubtful` = too many bytes look like one.
 */
export function containerOf(
  bytes: PagedBytes,
  offset: number,
  { first, reach }: Reach,
): EntryFrame | 'doubtful' | undefined {
  const from = Math.max(first.offset, offset - reach);
  let candidates = 0;
  for (let start = from; start < offset; start += PART) {
    const part = { start, end: Math.min(offset, start + PART), beyond: offset, lowest: first.key[0] ?? 0 };
    for (const candidate of longEntries(bytes, part)) {
      if (++candidates > MOST_CANDIDATES) return 'doubtful';
      const frame = readFrame(bytes, candidate);
      if (frame !== undefined && frame.key.compare(first.key) >= 0 && isFollowed(bytes, frame, 1)) return frame;
    }
  }
  return undefined;
}

/** Where entries are looked for that go on behind an offset. */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly beyond: number;
  /** First byte of the lowest key. */
  readonly lowest: number;
}

/** Offsets where, by its lengths and the first byte of its key, such an entry may begin. */
function longEntries(bytes: PagedBytes, { start, end, beyond, lowest }: Part): number[] {
  const found: number[] = [];
  const block = bytes.read(start, Math.min(end - start + BEHIND, bytes.length - start));
  const stop = Math.min(end - start, block.length - LENGTH_BYTES);
  // Of five zeros one stands at each place that is looked at.
  for (let at = ZEROS - 1; at < stop + LENGTH_BYTES; at += ZEROS) {
    if (block[at] !== 0) continue;
    let run = at;
    while (run > 0 && block[run - 1] === 0) run--;
    while (block[at + 1] === 0) at++;
    // Elsewhere the length would be 0, or above its limit.
    for (
      let entry = Math.max(0, run - ZEROS_AT);
      entry < run && entry < stop && entry + LENGTH_BYTES <= at + 1;
      entry++
    )
      if (mayBegin(block, entry, lowest) && endOf(bytes, block, start, entry) > beyond) found.push(start + entry);
  }
  return found;
}

/** Most of what looks like a length is a part of one, with zeros behind it. */
function mayBegin(block: Buffer, at: number, lowest: number): boolean {
  return at + LENGTH_BYTES >= block.length || block[at + LENGTH_BYTES]! >= lowest;
}

/** Where the entry at `block[at]` ends by its lengths; 0 for what is none. */
function endOf(bytes: PagedBytes, block: Buffer, start: number, at: number): number {
  const keyLength = keyLengthAt(block, at);
  if (keyLength === 0) return 0;
  const field = at + LENGTH_BYTES + keyLength;
  if (field + LENGTH_BYTES <= block.length) return start + field + LENGTH_BYTES + valueLengthAt(block, field);
  const lengths = bytes.at(start + field, LENGTH_BYTES);
  return lengths === undefined ? 0 : start + field + LENGTH_BYTES + valueLengthAt(lengths, 0);
}

/** Below any value that could count when it can be none. */
function valueLengthAt(bytes: Buffer, at: number): number {
  return lengthAt(bytes, at + 4) === 0 ? lengthAt(bytes, at) : Number.NEGATIVE_INFINITY;
}
