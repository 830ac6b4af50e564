import type { ByteSource } from '../format/byte-source.ts';
import { readExactly } from '../format/read-exactly.ts';

const PAGE = 1 << 16;
/** 16 MiB of pages. */
const MOST_PAGES = 256;
/** A search of an ordinary file needs some MiB; one that is made to cost time ends here. */
const MOST_GIVEN = 1 << 29;

/** Any places of a source, in any order: what was read before is kept for a while. */
export class PagedBytes {
  readonly #source: ByteSource;
  /** By number; the one that was asked for last is at the end. */
  readonly #pages = new Map<number, Buffer>();
  #given = 0;
  /** The page that was asked for last. */
  #number = -1;
  #last: Buffer = Buffer.alloc(0);
  #block = Buffer.alloc(0);

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get length(): number {
    return this.#source.byteLength;
  }

  /** Whether more was read than a search may cost. */
  get isSpent(): boolean {
    return this.#given > MOST_GIVEN;
  }

  /** Bytes from an offset on, good until the next call; `undefined` when the source ends before. Throws EnvironmentError. */
  at(offset: number, length: number): Buffer | undefined {
    if (offset + length > this.length) return undefined;
    this.#given += length;
    const number = Math.floor(offset / PAGE);
    const from = offset - number * PAGE;
    if (from + length <= PAGE) return this.#page(number).subarray(from, from + length);
    if (length > PAGE * 4) return this.#read(offset, Buffer.allocUnsafeSlow(length));
    const bytes = Buffer.allocUnsafe(length);
    for (let filled = 0; filled < length; ) {
      const at = (offset + filled) % PAGE;
      filled += this.#page(Math.floor((offset + filled) / PAGE)).copy(bytes, filled, at, at + length - filled);
    }
    return bytes;
  }

  /** Bytes that are read by one call, good until the next such call. They must be there. Throws EnvironmentError. */
  read(offset: number, length: number): Buffer {
    if (this.#block.length < length) this.#block = Buffer.allocUnsafeSlow(length);
    return this.#read(offset, this.#block.subarray(0, length));
  }

  #read(offset: number, into: Buffer): Buffer {
    readExactly(this.#source, offset, into);
    return into;
  }

  #page(number: number): Buffer {
    if (number !== this.#number) {
      this.#last = this.#keptPage(number);
      this.#number = number;
    }
    return this.#last;
  }

  #keptPage(number: number): Buffer {
    const kept = this.#pages.get(number);
    if (kept !== undefined) {
      this.#pages.delete(number);
      this.#pages.set(number, kept);
      return kept;
    }
    const bytes = this.#read(number * PAGE, this.#room(Math.min(PAGE, this.length - number * PAGE)));
    this.#pages.set(number, bytes);
    return bytes;
  }

  #room(size: number): Buffer {
    if (this.#pages.size < MOST_PAGES) return Buffer.allocUnsafeSlow(size);
    const [oldest, bytes] = this.#pages.entries().next().value!;
    this.#pages.delete(oldest);
    return bytes.length === size ? bytes : Buffer.allocUnsafeSlow(size);
  }
}
