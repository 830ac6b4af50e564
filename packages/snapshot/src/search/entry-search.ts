import type { ByteSource } from '../format/byte-source.ts';
import { KEY_CAP } from '../format/constants.ts';
import { containerOf } from './container-of.ts';
import { type EntryFrame, mayEndAt, readFrame } from './entry-frame.ts';
import { PagedBytes } from './paged-bytes.ts';
import { probableEntry } from './probable-entry.ts';

/** Entries that stand closer together are walked over. */
const NEAR = 1 << 16;
/** An entry is looked for that far; the chunks of objects are smaller. */
const SCAN = 1 << 21;
/** Places all over the file where entries are looked at first: a file that is not in order shows it there. */
const SPOTS = 16;
/** Entries that are walked over for one that is asked for, at most. */
const MOST_STEPS = 1 << 20;
/** See {@link EntrySearch}. */
const REACH = 1 << 23;

/** No key is above it: it is as long as a key may be. */
const ABOVE_ALL = Buffer.alloc(KEY_CAP + 1, 0xff);

/** The search found what cannot be in a file that is in order. */
class Doubt extends Error {}

/**
 * Finds entries of a snapshot by their keys without reading all of it: in a file that is in order, by halving. There is no index, so an entry
 * in the middle is known by its looks: its lengths fit, and others follow it in the order of their keys.
 *
 * A value can hold bytes that look like entries, a whole snapshot even. So where the search ends it is made sure that no entry begins up
 * to 8 MiB before and goes on behind that place; then what was found is a part of the file itself, and so are the entries after it. Only a larger
 * value can deceive, and it must be made for it: its entries have to go on in the entries after it.
 */
export class EntrySearch {
  readonly #bytes: PagedBytes;
  readonly #reach: number;
  readonly #begin: number;
  /** Entries that were seen, ascending. */
  readonly #seen: EntryFrame[] = [];
  /** Whether each entry is looked at as the last one is: after a value was met that looks like entries. */
  #isStrict = false;
  /** Offset of the last entry that stands in no value. */
  #sure = -1;

  /**
   * @param begin offset of the first entry.
   * @param reach see above, in bytes. Default: 8 MiB.
   */
  constructor(source: ByteSource, begin: number, reach = REACH) {
    this.#bytes = new PagedBytes(source);
    this.#begin = begin;
    this.#reach = reach;
    const first = readFrame(this.#bytes, begin);
    if (first !== undefined) this.#seen.push(first);
  }

  /**
   * Offset of the first entry whose encoded key is not below `key`, or where the entries end; `undefined` when the file is not in order, is
   * damaged, or looks so: then all of it must be read. Throws EnvironmentError.
   */
  find(key: Buffer): number | undefined {
    if (this.#isStrict) return this.#attempt(key);
    const found = this.#attempt(key);
    if (found !== undefined) return found;
    this.#isStrict = true;
    this.#seen.length = Math.min(1, this.#seen.length);
    return this.#attempt(key);
  }

  /** The encoded keys next to where a key is or would be: the last one below it, and the first one that is not. None where the file is doubtful. */
  around(key: Buffer): Buffer[] {
    const offset = this.find(key);
    if (offset === undefined || this.#seen.length === 0) return [];
    const after = readFrame(this.#bytes, offset);
    const before = offset === this.#begin ? undefined : this.#before(offset);
    return [before?.key, after?.key].filter((one) => one !== undefined);
  }

  /** The entry that ends at an offset where another one begins. */
  #before(offset: number): EntryFrame | undefined {
    let last = this.#seen.findLast((entry) => entry.offset < offset);
    while (last !== undefined && last.end < offset) last = readFrame(this.#bytes, last.end);
    return last?.end === offset ? last : undefined;
  }

  /** Where the entries end, as {@link find} says of a key above all. */
  end(): number | undefined {
    return this.find(ABOVE_ALL);
  }

  #attempt(key: Buffer): number | undefined {
    try {
      return this.#find(key);
    } catch (error) {
      if (error instanceof Doubt) return undefined;
      throw error;
    }
  }

  #find(key: Buffer): number {
    const first = this.#seen[0];
    if (first === undefined) {
      if (!mayEndAt(this.#bytes, this.#begin)) throw new Doubt();
      return this.#begin;
    }
    if (this.#seen.length === 1) this.#lookAround(first);
    if (first.key.compare(key) >= 0) return this.#begin;
    const { last, next, place } = this.#halve(key);
    this.#makeSure(last);
    let below = last;
    const isReached = (entry: EntryFrame) => {
      if (entry.key.compare(key) >= 0) return true;
      below = entry;
      return false;
    };
    const found = this.#step(last, isReached, next);
    // Keys are often asked for in their order: the next walk goes on from here. What follows a sure entry is sure.
    if (below !== last) this.#seen.splice(place + 1, 0, below);
    this.#sure = below.offset;
    return typeof found === 'number' ? found : found.offset;
  }

  #lookAround(first: EntryFrame): void {
    const step = (this.#bytes.length - this.#begin) / SPOTS;
    if (step < NEAR) return;
    let last = first;
    for (let spot = 1; spot < SPOTS; spot++) {
      const offset = this.#begin + Math.floor(spot * step);
      const entry = offset < last.offset ? undefined : this.#entryFrom(offset, last, undefined);
      if (entry === undefined) continue;
      this.#seen.push(entry);
      last = entry;
    }
  }

  /** @returns an entry below the key with its place among those that were seen, and the one not below it that stands next. */
  #halve(key: Buffer): { last: EntryFrame; next: EntryFrame | undefined; place: number } {
    let place = this.#placeBelow(key);
    let last = this.#seen[place]!;
    let next = this.#seen[place + 1];
    let limit = next?.offset ?? this.#bytes.length;
    while (limit - last.end > NEAR) {
      if (this.#bytes.isSpent) throw new Doubt();
      const middle = last.end + Math.floor((limit - last.end) / 2);
      const entry = this.#entryFrom(middle, last, next);
      if (entry === undefined || entry.offset === next?.offset) {
        // What stands before the next one reaches over the middle.
        limit = middle;
        continue;
      }
      this.#seen.splice(place + 1, 0, entry);
      if (entry.key.compare(key) < 0) {
        last = entry;
        place++;
      } else {
        next = entry;
        limit = middle;
      }
    }
    return { last, next, place };
  }

  /** Of the entries that were seen: the last one below the key. */
  #placeBelow(key: Buffer): number {
    let low = 0;
    let high = this.#seen.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#seen[middle]!.key.compare(key) < 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The first entry that begins at an offset or behind it; `undefined` when none does. */
  #entryFrom(offset: number, last: EntryFrame, next: EntryFrame | undefined): EntryFrame | undefined {
    const to = Math.min(next?.offset ?? this.#bytes.length, offset + SCAN);
    const found = this.#probable(offset, to, last, next);
    if (found !== undefined) return found;
    if (to === next?.offset) return next;
    return this.#behind(offset, last, next);
  }

  /** As {@link #entryFrom}, where a large value reaches over the offset: it is stepped over from before. */
  #behind(offset: number, last: EntryFrame, next: EntryFrame | undefined): EntryFrame | undefined {
    let before = last;
    let limit = offset;
    while (limit - before.end > NEAR) {
      const middle = before.end + Math.floor((limit - before.end) / 2);
      const found = this.#probable(middle, Math.min(limit, middle + SCAN), before, next);
      if (found === undefined) limit = middle;
      else before = found;
    }
    const found = this.#step(before, (entry) => entry.offset >= offset, next);
    return typeof found === 'number' ? undefined : found;
  }

  #probable(from: number, to: number, last: EntryFrame, next: EntryFrame | undefined): EntryFrame | undefined {
    for (let start = from; start < to; ) {
      const found = probableEntry(this.#bytes, { from: start, to, above: last.key, below: next?.key });
      if (found === undefined || !this.#isStrict) return found;
      const container = this.#containerOf(found.offset);
      if (container === undefined) return found;
      start = container.end;
    }
    return undefined;
  }

  #makeSure({ offset }: EntryFrame): void {
    if (offset === this.#sure) return;
    if (this.#containerOf(offset) !== undefined) throw new Doubt();
    this.#sure = offset;
  }

  #containerOf(offset: number): EntryFrame | undefined {
    const container = containerOf(this.#bytes, offset, { first: this.#seen[0]!, reach: this.#reach });
    if (container === 'doubtful' || this.#bytes.isSpent) throw new Doubt();
    return container;
  }

  /** Goes from entry to entry up to one that is wanted, or to the next one that was seen. @returns where the entries end when none comes. */
  #step(from: EntryFrame, isWanted: (entry: EntryFrame) => boolean, next: EntryFrame | undefined): EntryFrame | number {
    let last = from;
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      if (last.end === next?.offset) return next;
      if (next !== undefined && last.end > next.offset) throw new Doubt();
      if (mayEndAt(this.#bytes, last.end)) return last.end;
      const entry = readFrame(this.#bytes, last.end);
      if (entry === undefined || entry.key.compare(last.key) <= 0) throw new Doubt();
      if (isWanted(entry)) return entry;
      last = entry;
    }
    throw new Doubt();
  }
}
