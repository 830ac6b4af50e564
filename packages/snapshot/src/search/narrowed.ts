import type { ByteSource } from '../format/byte-source.ts';
import { ByteWindow } from '../format/byte-window.ts';
import { readMagics, readPayloadHeader } from '../format/container.ts';
import type { KeyStretch } from '../sst/wanted-keys.ts';
import { EntrySearch } from './entry-search.ts';
import { type Extent, ExtentBytes } from './extent-bytes.ts';

/** A stretch of keys as they stand in a snapshot, each with the 8 bytes of its version. */
export interface EntryRange {
  readonly start: Uint8Array;
  /** The first that is not in it. `undefined`: it goes on to the last key. */
  readonly end: Uint8Array | undefined;
}

/** What the node says of its own state is little and wanted with any key. */
const META_ROWS: EntryRange = { start: Buffer.from('_meta_'), end: Buffer.from('_meta`') };
const HEADER_BUFFER = 1 << 11;
/** A smaller file is read as a whole nearly as fast, and checked by it. */
const SMALL = 1 << 24;

/** How a snapshot is narrowed. */
export interface NarrowOptions {
  /** A file of at most so many bytes is read as a whole. Default: 16 MiB. */
  readonly wholeUpTo?: number | undefined;
  /** See {@link EntrySearch}. */
  readonly reach?: number | undefined;
}

/** A snapshot of which a part is read. */
export interface Narrowed {
  readonly bytes: ByteSource;
  /** Of one of SST files: the keys of the part. Of another one the bytes hold no other entries. */
  readonly stretches: readonly KeyStretch[] | undefined;
}

/**
 * A snapshot with no other entries than those of some ranges of keys, and what the node says of itself. They are found by {@link EntrySearch}, in SST files
 * by their indexes, and read where they stand; nothing else is looked at, so damage elsewhere stays unnoticed, and no checksum of the file holds.
 *
 * @returns `undefined` for a file that must be read as a whole: a small one, one that is not in order.
 * @throws EnvironmentError, and SnapshotFormatError for a header that cannot be read.
 */
export function narrowed(
  bytes: ByteSource,
  ranges: readonly EntryRange[],
  { wholeUpTo = SMALL, reach }: NarrowOptions = {},
): Narrowed | undefined {
  if (bytes.byteLength <= wholeUpTo) return undefined;
  const window = new ByteWindow({ bytes, start: 0, end: bytes.byteLength, bufferBytes: HEADER_BUFFER });
  const magics = readMagics(window, bytes.name);
  const stretches = joined([...ranges, META_ROWS]);
  if (magics.form !== 'entries') return { bytes, stretches };
  readPayloadHeader(window, bytes.name, magics);
  const search = new EntrySearch(bytes, window.offset, reach);
  const extents: Extent[] = [{ start: 0, end: window.offset }];
  for (const range of stretches) {
    const start = search.find(range.start);
    const end = range.end === undefined ? search.end() : search.find(range.end);
    if (start === undefined || end === undefined) return undefined;
    if (end > start) extents.push({ start, end });
  }
  return { bytes: new ExtentBytes(bytes, extents), stretches: undefined };
}

/** Ascending, and none of them over another. */
function joined(ranges: readonly EntryRange[]): KeyStretch[] {
  const stretches = ranges.map(({ start, end }) => ({ start: Buffer.from(start), end: end && Buffer.from(end) }));
  const all: KeyStretch[] = [];
  for (const range of stretches.sort((a, b) => a.start.compare(b.start))) {
    const last = all.at(-1);
    if (last === undefined || (last.end !== undefined && last.end.compare(range.start) < 0)) all.push(range);
    else if (last.end !== undefined && (range.end === undefined || range.end.compare(last.end) > 0))
      all[all.length - 1] = { start: last.start, end: range.end };
  }
  return all;
}
