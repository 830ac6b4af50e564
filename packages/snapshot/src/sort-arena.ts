/**
 * Records in one block of memory, sorted by index: no object, Buffer or string per record.
 *
 * A record is `u32 LE key length, u32 LE payload length, key, payload`, the same bytes as in a spilled run.
 */
export const RECORD_HEADER = 8;

const FIRST_INDEX = 1 << 12;
const INSERTION_BELOW = 16;

export class SortArena {
  readonly capacity: number;
  /** Untouched pages of this block cost no memory, so it is taken whole. */
  #bytes: Buffer | undefined;
  #used = 0;
  #offsets = new Uint32Array(FIRST_INDEX);
  #count = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(new ArrayBuffer(this.capacity));
    return this.#bytes;
  }

  /** Offsets of the records, in order of arrival, or sorted after {@link sort}. */
  get offsets(): Uint32Array {
    return this.#offsets;
  }

  fits(keyLength: number, payloadLength: number): boolean {
    return RECORD_HEADER + keyLength + payloadLength <= this.capacity - this.#used;
  }

  /** Makes room for a record that {@link fits} and gives the offset of its key; the payload follows the key. */
  reserve(keyLength: number, payloadLength: number): number {
    const bytes = this.bytes;
    if (this.#count === this.#offsets.length) {
      const wider = new Uint32Array(this.#count * 2);
      wider.set(this.#offsets);
      this.#offsets = wider;
    }
    const at = this.#used;
    this.#offsets[this.#count++] = at;
    bytes.writeUInt32LE(keyLength, at);
    bytes.writeUInt32LE(payloadLength, at + 4);
    this.#used = at + RECORD_HEADER + keyLength + payloadLength;
    return at + RECORD_HEADER;
  }

  clear(): void {
    this.#used = 0;
    this.#count = 0;
  }

  /** Gives the memory back. */
  release(): void {
    this.clear();
    this.#bytes = undefined;
    this.#offsets = new Uint32Array(0);
  }

  /** Sorts the offsets by key: unsigned bytes, the shorter key first, equal keys in order of arrival. */
  sort(): void {
    if (this.#count < 2 || this.#isSorted()) return;
    new MultikeySort(this.bytes, this.#offsets, this.#count).run();
  }

  #isSorted(): boolean {
    const bytes = this.bytes;
    for (let i = 1; i < this.#count; i++) {
      if (compareRecords(bytes, this.#offsets[i - 1]!, this.#offsets[i]!, 0) > 0) return false;
    }
    return true;
  }
}

/** A length of a record's header; faster than the runtime's call. */
export function lengthAt(bytes: Buffer, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

/** Whether the digits of a range are loaded, and whether one of its keys ends within them. */
const NOT_LOADED = 0;
const NONE_ENDS = 1;
const SOME_END = 2;

/** Key order of two records from byte `depth` of their keys on; equal keys compare by offset, so by arrival. */
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
  return aLength - bLength || a - b;
}

/**
 * Multikey quicksort, four key bytes at a time. The four bytes of the current depth are loaded once per level into
 * `digits`, so that comparisons are between numbers; ranges wait on a stack of their own, for keys may share a megabyte.
 */
class MultikeySort {
  readonly #bytes: Buffer;
  readonly #offsets: Uint32Array;
  readonly #count: number;
  readonly #digits: Uint32Array;
  readonly #waiting: number[] = [];
  #random = 0x9e3779b9;

  constructor(bytes: Buffer, offsets: Uint32Array, count: number) {
    this.#bytes = bytes;
    this.#offsets = offsets;
    this.#count = count;
    this.#digits = new Uint32Array(count);
  }

  run(): void {
    this.#start(0, this.#count, 0);
    while (this.#waiting.length > 0) {
      const loaded = this.#waiting.pop()!;
      const depth = this.#waiting.pop()!;
      const end = this.#waiting.pop()!;
      const start = this.#waiting.pop()!;
      if (end - start <= INSERTION_BELOW) this.#insertionSort(start, end, depth);
      else this.#partition(start, end, depth, loaded === NOT_LOADED ? this.#loadDigits(start, end, depth) : loaded);
    }
  }

  #start(start: number, end: number, depth: number): void {
    if (end - start > 1) this.#waiting.push(start, end, depth, NOT_LOADED);
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
    const pivot = this.#pivot(start, end);
    let below = start;
    let above = end;
    let i = start;
    while (i < above) {
      const digit = digits[i]!;
      if (digit < pivot) this.#swap(i++, below++);
      else if (digit > pivot) this.#swap(i, --above);
      else i++;
    }
    if (below - start > 1) this.#waiting.push(start, below, depth, loaded);
    if (end - above > 1) this.#waiting.push(above, end, depth, loaded);
    const longer = loaded === NONE_ENDS ? below : this.#placeEndedKeys(below, above, depth + 4);
    this.#start(longer, above, depth + 4);
  }

  /** Keys that end within the digit come first, the shorter first; gives the start of the longer ones. */
  #placeEndedKeys(start: number, end: number, depth: number): number {
    let ended = start;
    for (let i = start; i < end; i++) {
      if (lengthAt(this.#bytes, this.#offsets[i]!) <= depth) this.#swap(i, ended++);
    }
    if (ended - start <= INSERTION_BELOW) this.#insertionSort(start, ended, depth - 4);
    else {
      const bytes = this.#bytes;
      const records = this.#offsets.slice(start, ended);
      records.sort((a, b) => bytes.readUInt32LE(a) - bytes.readUInt32LE(b) || a - b);
      this.#offsets.set(records, start);
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

  #swap(i: number, j: number): void {
    const digits = this.#digits;
    const offsets = this.#offsets;
    const digit = digits[i]!;
    digits[i] = digits[j]!;
    digits[j] = digit;
    const record = offsets[i]!;
    offsets[i] = offsets[j]!;
    offsets[j] = record;
  }
}
