import { writeLength } from '../format/length-field.ts';
import { MultikeySort } from './multikey-sort.ts';
import { RECORD_HEADER } from './sort-record.ts';
import type { Steps } from './steps.ts';

const FIRST_INDEX = 1 << 12;

/** Records in one block of memory, sorted by index: no object, Buffer or string per record. */
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
    writeLength(bytes, at, keyLength);
    writeLength(bytes, at + 4, payloadLength);
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
  *sort(): Steps<void> {
    if (this.#count > 1) yield* new MultikeySort(this.bytes, this.#offsets, this.#count).steps();
  }
}
