import { writeLength } from '../format/length-field.ts';
import { MultikeySort } from './multikey-sort.ts';
import { RECORD_HEADER } from './sort-record.ts';
import type { Steps } from './steps.ts';

const FIRST_INDEX = 1 << 12;

/** Bytes of the first block, and how many times as large the next one is. A large sort copies a seventh of its memory, once. */
const FIRST_BLOCK = 1 << 16;
const GROWTH = 8;

/** Records in one block of memory, sorted by index: no object, Buffer or string per record. */
export class SortArena {
  readonly capacity: number;
  /**
   * It grows to the capacity: untouched pages of a whole block would cost no memory, but the collector counts them, and a run has
   * many sorts of a few rows.
   */
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
    this.#bytes ??= Buffer.from(new ArrayBuffer(Math.min(FIRST_BLOCK, this.capacity)));
    return this.#bytes;
  }

  /** Offsets of the records, in order of arrival, or sorted after {@link sort}. */
  get offsets(): Uint32Array {
    return this.#offsets;
  }

  fits(keyLength: number, payloadLength: number): boolean {
    return RECORD_HEADER + keyLength + payloadLength <= this.capacity - this.#used;
  }

  /**
   * Makes room for a record that {@link fits} and gives the offset of its key; the payload follows the key. {@link bytes} may be another
   * block after it.
   */
  reserve(keyLength: number, payloadLength: number): number {
    const end = this.#used + RECORD_HEADER + keyLength + payloadLength;
    if (end > this.bytes.length) this.#grow(end);
    const bytes = this.bytes;
    if (this.#count === this.#offsets.length) {
      const wider = new Uint32Array(this.#count * 2);
      wider.set(this.#offsets);
      this.#offsets = wider;
    }
    const at = this.#used;
    this.#offsets[this.#count++] = at;
    writeLength(bytes, at, keyLength);
    writeLength(bytes, at + 4, payloadLength);
    this.#used = end;
    return at + RECORD_HEADER;
  }

  #grow(needed: number): void {
    let size = this.bytes.length;
    while (size < needed) size *= GROWTH;
    const larger = Buffer.from(new ArrayBuffer(Math.min(size, this.capacity)));
    this.bytes.copy(larger, 0, 0, this.#used);
    this.#bytes = larger;
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
  *sort(): Steps<void> {
    if (this.#count > 1) yield* new MultikeySort(this.bytes, this.#offsets, this.#count).steps();
  }
}
