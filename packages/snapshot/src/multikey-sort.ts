import { lengthAt, RECORD_HEADER } from './sort-record.ts';

const INSERTION_BELOW = 16;

/** Whether the digits of a range are loaded, and whether one of its keys ends within them. */
const NOT_LOADED = 0;
const NONE_ENDS = 1;
const SOME_END = 2;

/** In place of a depth: the range is in order. */
const IN_ORDER = -1;

/**
 * Stable multikey quicksort of records, four key bytes at a time.
 *
 * A range whose keys are seen for the first time at some depth is first walked once: what all its keys share is passed
 * over, and a range that is in order already is left alone. As partitions keep the order of arrival, records of several
 * families that come in turn, each in its own order, cost one walk per family. The four bytes of the current depth are
 * loaded once per level into `digits`, so that comparisons are between numbers; ranges wait on a stack of their own, for
 * keys may share a megabyte.
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
  /** Bytes that may still be compared to see whether ranges are in order; without a limit an input could make each level cost a walk over whole keys. */
  #orderBudget: number;
  #random = 0x9e3779b9;

  /** @param offsets of the records in `bytes`, in order of arrival, the first `count` of them. */
  constructor(bytes: Buffer, offsets: Uint32Array, count: number) {
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#count = count;
    this.#digits = new Uint32Array(count);
    this.#spareOffsets = new Uint32Array(count);
    this.#spareDigits = new Uint32Array(count);
    this.#orderBudget = 4 * bytes.length;
  }

  /** Sorts by key: unsigned bytes, the shorter key first, equal keys in order of arrival. */
  run(): void {
    this.#start(0, this.#count, 0);
    while (this.#waiting.length > 0) {
      const loaded = this.#waiting.pop()!;
      const depth = this.#waiting.pop()!;
      const end = this.#waiting.pop()!;
      const start = this.#waiting.pop()!;
      if (end - start <= INSERTION_BELOW) this.#insertionSort(start, end, depth);
      else if (loaded === NOT_LOADED) this.#partitionFresh(start, end, depth);
      else this.#partition(start, end, depth, loaded);
    }
  }

  #start(start: number, end: number, depth: number): void {
    if (end - start > 1) this.#waiting.push(start, end, depth, NOT_LOADED);
  }

  #partitionFresh(start: number, end: number, depth: number): void {
    const shared = this.#sharedDepth(start, end, depth);
    if (shared !== IN_ORDER) this.#partition(start, end, shared, this.#loadDigits(start, end, shared));
  }

  /** Up to where all keys of a range are the same, or {@link IN_ORDER}. */
  #sharedDepth(start: number, end: number, depth: number): number {
    const bytes = this.#bytes;
    const offsets = this.#offsets;
    let previous = offsets[start]! + RECORD_HEADER;
    let previousLength = lengthAt(bytes, previous - RECORD_HEADER);
    let shared = previousLength;
    let isInOrder = this.#orderBudget > 0;
    let compared = 0;
    for (let i = start + 1; i < end; i++) {
      const key = offsets[i]! + RECORD_HEADER;
      const length = lengthAt(bytes, key - RECORD_HEADER);
      let limit = Math.min(length, previousLength);
      if (!isInOrder && limit > shared) limit = shared;
      let at = depth;
      while (at < limit && bytes[previous + at] === bytes[key + at]) at++;
      if (at < shared) shared = at;
      if (isInOrder) {
        compared += at - depth;
        isInOrder = at < limit ? bytes[previous + at]! < bytes[key + at]! : previousLength <= length;
      }
      if (!isInOrder && shared === depth) break;
      previous = key;
      previousLength = length;
    }
    this.#orderBudget -= compared;
    return isInOrder ? IN_ORDER : shared;
  }

  #loadDigits(start: number, end: number, depth: number): number {
    const bytes = this.#bytes;
    let shortest = 5;
    for (let i = start; i < end; i++) {
      const record = this.#offsets[i]!;
      const left = lengthAt(bytes, record) - depth;
      if (left < shortest) shortest = left;
      const at = record + RECORD_HEADER + depth;
      let digit = 0;
      if (left >= 4) {
        digit = ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
      } else {
        for (let k = 0; k < left; k++) digit |= bytes[at + k]! << (24 - 8 * k);
        digit >>>= 0;
      }
      this.#digits[i] = digit;
    }
    return shortest > 4 ? NONE_ENDS : SOME_END;
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
    const a = this.#digits[this.#place(start, end)]!;
    const b = this.#digits[this.#place(start, end)]!;
    const c = this.#digits[this.#place(start, end)]!;
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  #place(start: number, end: number): number {
    let x = this.#random;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#random = x;
    return start + ((x >>> 0) % (end - start));
  }
}

/** Key order of two records from byte `depth` of their keys on. */
function compareRecords(bytes: Buffer, a: number, b: number, depth: number): number {
  const aLength = lengthAt(bytes, a);
  const bLength = lengthAt(bytes, b);
  const shared = Math.min(aLength, bLength);
  const aKey = a + RECORD_HEADER;
  const bKey = b + RECORD_HEADER;
  for (let i = depth; i < shared; i++) {
    const difference = bytes[aKey + i]! - bytes[bKey + i]!;
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}
