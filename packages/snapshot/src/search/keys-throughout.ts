import type { ByteSource } from '../format/byte-source.ts';
import { TIMESTAMP_BYTES } from '../format/constants.ts';
import { type EntryFrame, readFrame } from './entry-frame.ts';
import { EntrySearch } from './entry-search.ts';
import { PagedBytes } from './paged-bytes.ts';
import { probableEntry } from './probable-entry.ts';

/** Places that are looked at in the entries of a family, and how far from each an entry is looked for. */
const PLACES = 32;
const NEAR = 1 << 16;
/** Keys that are given of a family at most; of each place at least so many, when they stand there. */
const MOST_KEYS = 1 << 9;
const KEYS_OF_PLACE = MOST_KEYS / PLACES;
const NO_KEY = Buffer.alloc(0);

/**
 * Keys, without their versions, that stand throughout the entries of each key family, as a sample: all of them where they are few, otherwise some at each of
 * several places. It is found by a search, so little is read of a file of any size. What looks like an entry is taken for one: a value that is made for it
 * can add keys that are none. Of entries that are not in order some parts may give none. Throws EnvironmentError.
 *
 * @param begin offset of the first entry.
 * @param families prefixes of keys, byte strings.
 */
export function* keysThroughout(source: ByteSource, begin: number, families: readonly string[]): Generator<Buffer> {
  const search = new EntrySearch(source, begin, 0);
  const bounds = families.map((family) => Buffer.from(family, 'latin1')).sort((a, b) => a.compare(b));
  const places = [begin, ...bounds.map((bound) => search.find(bound)), search.end() ?? source.byteLength];
  const known = places.filter((place) => place !== undefined).sort((a, b) => a - b);
  const bytes = new PagedBytes(source);
  for (const [i, start] of known.entries()) yield* keysWithin(bytes, start, known[i + 1] ?? start);
}

function* keysWithin(bytes: PagedBytes, start: number, end: number): Generator<Buffer> {
  const step = Math.max(NEAR, Math.ceil((end - start) / PLACES));
  const keysOfPlace = Math.max(KEYS_OF_PLACE, Math.floor(MOST_KEYS / Math.ceil((end - start) / step)));
  let last: EntryFrame | undefined;
  for (let place = start; place < end && !bytes.isSpent; place += step) {
    const limit = Math.min(end, place + step);
    let frame = place === start ? readFrame(bytes, start) : entryAt(bytes, place, limit, last);
    for (let i = 0; i < keysOfPlace && frame !== undefined && frame.offset < limit; i++) {
      last = frame;
      if (frame.key.length >= TIMESTAMP_BYTES) yield frame.key.subarray(0, frame.key.length - TIMESTAMP_BYTES);
      frame = readFrame(bytes, frame.end);
    }
  }
}

/** The first one from a place on, or the one after those of the place before when these reach over it. */
function entryAt(
  bytes: PagedBytes,
  place: number,
  limit: number,
  last: EntryFrame | undefined,
): EntryFrame | undefined {
  if (last !== undefined && last.end >= place) return readFrame(bytes, last.end);
  return probableEntry(bytes, {
    from: place,
    to: Math.min(place + NEAR, limit),
    above: last?.key ?? NO_KEY,
    below: undefined,
  });
}
