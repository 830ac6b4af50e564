import { lengthAt } from '../format/length-field.ts';
import { RECORD_HEADER, sharedEnd } from './sort-record.ts';
import type { Steps } from './steps.ts';

const INSERTION_BELOW = 16;
/** Records that are moved in one step. */
const STEP_RECORDS = 1 << 14;

/** Whether the digits of a range are loaded, and whether one of its keys ends within them. */
const NOT_LOADED = 0;
const NONE_ENDS = 1;
const SOME_END = 2;

/** Records of a range that are looked at to guess what all of them share. */
const SAMPLES = 8;

/**
 * Stable multikey quicksort of records, four key bytes at a time.
 *
 * Two shortcuts are tried when a range is looked at for the first time at some depth. When it is in order already, it is left
 * alone. And what all its keys share is passed over: a few keys suggest a length, and loading the digits proves it.
 * Example: `!redis|hash|a`, `!ddb|item|a`, `!redis|hash|b`, `!ddb|item|b`. One partition separates the two families and keeps the order of
 * arrival in each; both are in order then, so nothing more is compared.
 *
 * The four bytes of the current depth are loaded once per level into `digits`, so that comparisons are between numbers. Ranges
 * wait on a stack of their own, not on that of the calls, because keys may share a megabyte.
 */
export class MultikeySort {
  readonly #bytes: Buffer;
  readonly #offsets: Uint32Array;
  readonly #count: number;
  readonly #digits: Uint32Array;
  /** What a partition takes out of its place: offsets, and digits of the part above. */
  readonly #spareOffsets: Uint32Array;
  readonly #spareDigits: Uint32Array;
  readonly #waiting: number[] = [];
  /**
   * Bytes that may still be compared in vain: to see whether a range is in order, and for wrong guesses. Without a limit an
   * input could make each level cost a walk over whole keys.
   */
  #budget: number;
  /** Length of the shortest key of the range whose digits were loaded last, as far as it matters. */
  #shortest = 0;
  #random = 0x9e3779b9;

  /** @param offsets of the records in `bytes`, in order of arrival, the first `count` of them. */
  constructor(bytes: Buffer, offsets: Uint32Array, count: number) {
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#count = count;
    this.#digits = new Uint32Array(count);
    this.#spareOffsets = new Uint32Array(count);
    this.#spareDigits = new Uint32Array(count);
    this.#budget = 4 * bytes.length;
  }

  /** Sorts by key: unsigned bytes, the shorter key first, equal keys in order of arrival. */
  *steps(): Steps<void> {
    this.#start(0, this.#count, 0);
    while (this.#waiting.length > 0) {
      this.#step();
      yield;
    }
  }

  #step(): void {
    for (let moved = 0; moved < STEP_RECORDS && this.#waiting.length > 0; ) {
      const loaded = this.#waiting.pop()!;
      const depth = this.#waiting.pop()!;
      const end = this.#waiting.pop()!;
      const start = this.#waiting.pop()!;
      moved += end - start;
      if (end - start <= INSERTION_BELOW) this.#insertionSort(start, end, depth);
      else if (loaded === NOT_LOADED) this.#partitionFresh(start, end, depth);
      else this.#partition(start, end, depth, loaded);
    }
  }

  #start(start: number, end: number, depth: number): void {
    if (end - start > 1) this.#waiting.push(start, end, depth, NOT_LOADED);
  }

  #partitionFresh(start: number, end: number, depth: number): void {
    if (this.#budget > 0 && this.#isInOrder(start, end, depth)) return;
    const guess = this.#budget > 0 ? this.#guessShared(start, end, depth) : depth;
    const shared = this.#loadDigits(start, end, depth, guess);
    if (shared < guess) {
      // Digits after what is not shared are worth nothing.
      this.#loadDigits(start, end, shared, shared);
      this.#budget -= (guess - depth) * (end - start);
    }
    this.#partition(start, end, shared, this.#shortest < shared + 5 ? SOME_END : NONE_ENDS);
  }

  #isInOrder(start: number, end: number, depth: number): boolean {
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    let previous = offsets[start]! + RECORD_HEADER;
    let previousLength = lengthAt(bytes, previous - RECORD_HEADER);
    let isInOrder = true;
    let compared = 0;
    for (let i = start + 1; i < end && isInOrder; i++) {
      const key = offsets[i]! + RECORD_HEADER;
      const length = lengthAt(bytes, key - RECORD_HEADER);
      const limit = Math.min(length, previousLength);
      const at = sharedEnd(bytes, previous, bytes, key, depth, limit);
      isInOrder = at < limit ? bytes[previous + at]! < bytes[key + at]! : previousLength <= length;
      compared += at - depth;
      previous = key;
      previousLength = length;
    }
    this.#budget -= compared;
    return isInOrder;
  }

  /** Up to where some of the keys of a range are the same: as far as all of them are, or farther. */
  #guessShared(start: number, end: number, depth: number): number {
    const first = this.#offsets[start]!;
    let shared = lengthAt(this.#bytes, first);
    for (let sample = 1; sample <= SAMPLES; sample++) {
      const record = this.#offsets[start + Math.floor((sample * (end - 1 - start)) / SAMPLES)]!;
      shared = this.#shared(first, record, depth, shared);
    }
    return shared;
  }

  /** Up to where the keys of two records are the same, from byte `depth` on and not beyond `most`. */
  #shared(a: number, b: number, depth: number, most: number): number {
    const bytes = this.#bytes;
    const end = Math.min(lengthAt(bytes, a), lengthAt(bytes, b), most);
    return sharedEnd(bytes, a + RECORD_HEADER, bytes, b + RECORD_HEADER, depth, end);
  }

  /**
   * Loads the digits that follow the first `guess` bytes, and looks whether all keys of the range share these.
   *
   * @returns up to where they do; when that is not `guess`, the digits are void.
   */
  #loadDigits(start: number, end: number, depth: number, guess: number): number {
    const bytes = this.#bytes;
    const first = this.#offsets[start]!;
    let shared = guess;
    let shortest = guess + 5;
    for (let i = start; i < end; i++) {
      const record = this.#offsets[i]!;
      shared = this.#shared(first, record, depth, shared);
      if (shared < guess) continue;
      const length = lengthAt(bytes, record);
      if (length < shortest) shortest = length;
      const left = length - guess;
      const at = record + RECORD_HEADER + guess;
      let digit = 0;
      if (left >= 4) {
        digit = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
      } else {
        for (let k = 0; k < left; k++) digit |= bytes[at + k]! << (24 - 8 * k);
        digit >>>= 0;
      }
      this.#digits[i] = digit;
    }
    this.#shortest = shortest;
    return shared;
  }

  /** Three parts: below, equal to and above a pivot digit. Only the equal part goes four bytes deeper. */
  #partition(start: number, end: number, depth: number, loaded: number): void {
    const digits = this.#digits;
    const offsets = this.#offsets;
    const spareOffsets = this.#spareOffsets;
    const spareDigits = this.#spareDigits;
    const pivot = this.#pivot(start, end);
    let below = start;
    // Spare room holds the equal ones from its start, those above from its end backwards.
    let equal = 0;
    let above = end - start;
    for (let i = start; i < end; i++) {
      const digit = digits[i]!;
      const record = offsets[i]!;
      if (digit < pivot) {
        digits[below] = digit;
        offsets[below++] = record;
      } else if (digit === pivot) spareOffsets[equal++] = record;
      else {
        spareDigits[--above] = digit;
        spareOffsets[above] = record;
      }
    }
    const aboveStart = below + equal;
    for (let i = 0, to = below; i < equal; i++, to++) offsets[to] = spareOffsets[i]!;
    for (let from = end - start - 1, to = aboveStart; to < end; from--, to++) {
      digits[to] = spareDigits[from]!;
      offsets[to] = spareOffsets[from]!;
    }
    if (below - start > 1) this.#waiting.push(start, below, depth, loaded);
    if (end - aboveStart > 1) this.#waiting.push(aboveStart, end, depth, loaded);
    const longer = loaded === NONE_ENDS ? below : this.#placeEndedKeys(below, aboveStart, depth + 4);
    this.#start(longer, aboveStart, depth + 4);
  }

  /** Keys that end within the digit come first, the shorter first; gives the start of the longer ones. */
  #placeEndedKeys(start: number, end: number, depth: number): number {
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    const spare = this.#spareOffsets;
    let ended = start;
    let longer = 0;
    for (let i = start; i < end; i++) {
      const record = offsets[i]!;
      if (lengthAt(bytes, record) <= depth) offsets[ended++] = record;
      else spare[longer++] = record;
    }
    for (let i = 0; i < longer; i++) offsets[ended + i] = spare[i]!;
    if (ended - start <= INSERTION_BELOW) this.#insertionSort(start, ended, depth - 4);
    else {
      const records = offsets.slice(start, ended);
      records.sort((a, b) => lengthAt(bytes, a) - lengthAt(bytes, b) || a - b);
      offsets.set(records, start);
    }
    return ended;
  }

  #insertionSort(start: number, end: number, depth: number): void {
    const offsets = this.#offsets;
    for (let i = start + 1; i < end; i++) {
      const record = offsets[i]!;
      let hole = i;
      while (hole > start && compareRecords(this.#bytes, offsets[hole - 1]!, record, depth) > 0) {
        offsets[hole] = offsets[hole - 1]!;
        hole--;
      }
      offsets[hole] = record;
    }
  }

  /** Median of three digits at places that no input can foresee to be bad for all of them. */
  #pivot(start: number, end: number): number {
    const a = this.#digits[this.#anyOf(start, end)]!;
    const b = this.#digits[this.#anyOf(start, end)]!;
    const c = this.#digits[this.#anyOf(start, end)]!;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  #anyOf(start: number, end: number): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return start + ((x >>> 0) % (end - start));
  }
}

/** Key order of two records from byte `depth` on. */
function compareRecords(bytes: Buffer, a: number, b: number, depth: number): number {
  const aLength = lengthAt(bytes, a);
  const bLength = lengthAt(bytes, b);
  const aKey = a + RECORD_HEADER;
  const bKey = b + RECORD_HEADER;
  const end = Math.min(aLength, bLength);
  const at = sharedEnd(bytes, aKey, bytes, bKey, depth, end);
  return at < end ? bytes[aKey + at]! - bytes[bKey + at]! : aLength - bLength;
}
