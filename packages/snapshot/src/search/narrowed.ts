import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { readMagics, readPayloadHeader } from '../format/container.ts';
import { EntrySearch } from './entry-search.ts';
import { type Extent, ExtentBytes } from './extent-bytes.ts';

/** Keys of a snapshot, without timestamps. */
export interface KeyRange {
  /** The first key. */
  readonly from: Uint8Array;
  /** The first key behind it. */
  readonly to: Uint8Array;
}

/** What the node says of its own state is little and wanted with any key. */
const META_ROWS: KeyRange = { from: Buffer.from('_meta_'), to: Buffer.from('_meta`') };
const HEADER_BUFFER = 1 << 11;
/** A smaller file is read as a whole nearly as fast, and checked by it. */
const SMALL = 1 << 24;

/** How a snapshot is narrowed. */
export interface NarrowOptions {
  /** A file of at most so many bytes is read as a whole. Default: 16 MiB. */
  readonly small?: number;
  /** See {@link EntrySearch}. */
  readonly reach?: number;
}

/**
 * The bytes of a snapshot with no other entries than those of some ranges of keys, and what the node says of itself. They are found by
 * {@link EntrySearch} and read where they stand; nothing else is looked at, so damage elsewhere stays unnoticed, and no checksum holds.
 * All versions of each key of the ranges are there. Versions of keys that such a key begins with may be there too, though not all.
 *
 * @returns `undefined` for a file that must be read as a whole: a small one, one of SST files, one that is not in order.
 * @throws EnvironmentError, and SnapshotFormatError for a header that cannot be read.
 */
export function narrowed(
  bytes: ByteSource,
  ranges: readonly KeyRange[],
  { small = SMALL, reach }: NarrowOptions = {},
): ByteSource | undefined {
  if (bytes.byteLength <= small) return undefined;
  const window = new ByteWindow({ bytes, start: 0, end: bytes.byteLength, bufferBytes: HEADER_BUFFER });
  const magics = readMagics(window, bytes.name);
  if (magics.form !== 'entries') return undefined;
  readPayloadHeader(window, bytes.name, magics);
  const search = new EntrySearch(bytes, window.offset, reach);
  const extents: Extent[] = [{ start: 0, end: window.offset }];
  for (const range of joined([...ranges, META_ROWS].map(encodedRange))) {
    const start = search.find(range.from);
    const end = search.find(range.to);
    if (start === undefined || end === undefined) return undefined;
    if (end > start) extents.push({ start, end });
  }
  return new ExtentBytes(bytes, extents);
}

interface EncodedRange {
  readonly from: Buffer;
  readonly to: Buffer;
}

/** Where the versions of the keys stand: those of a key that `to` begins with can lie behind it. */
function encodedRange({ from, to }: KeyRange): EncodedRange {
  const first = Buffer.from(from);
  let end = Buffer.from(to);
  for (let length = end.length - 1; length >= 0; length--) {
    const key = Buffer.from(to.subarray(0, length));
    if (key.compare(first) < 0) break;
    const behind = Buffer.concat([key, Buffer.alloc(TIMESTAMP_BYTES, 0xff), Buffer.of(0)]);
    if (behind.compare(end) > 0) end = behind;
  }
  return { from: first, to: end };
}

/** Ascending, and none of them over another. */
function joined(ranges: readonly EncodedRange[]): EncodedRange[] {
  const sorted = ranges.toSorted((a, b) => a.from.compare(b.from));
  const all: EncodedRange[] = [];
  for (const range of sorted) {
    const last = all.at(-1);
    if (last === undefined || last.to.compare(range.from) < 0) all.push(range);
    else if (range.to.compare(last.to) > 0) all[all.length - 1] = { from: last.from, to: range.to };
  }
  return all;
}
