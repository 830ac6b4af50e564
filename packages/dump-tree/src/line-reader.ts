import { readSync } from 'node:fs';
import { DataError, environmentError } from '@ekv/snapshot';

const FIRST_BUFFER = 1 << 16;

/**
 * Walks over the lines of an open file. The current line is `bytes[start, end)`, without its line feed, valid until
 * the next call of `next`.
 */
export class LineReader {
  readonly #fd: number;
  readonly #path: string;
  readonly #longest: number;
  #position = 0;
  #filled = 0;
  #next = 0;
  #ended = false;
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  start = 0;
  end = 0;
  /** 1-based. */
  number = 0;

  /** @param longest longest line in bytes, without the line feed; a longer one is a DataError. */
  constructor(fd: number, path: string, longest: number) {
    this.#fd = fd;
    this.#path = path;
    this.#longest = longest;
  }

  /** File offset of the current line. */
  get offset(): number {
    return this.#position - this.#filled + this.start;
  }

  next(): boolean {
    let searched = this.#next;
    for (;;) {
      const feed = this.bytes.subarray(0, this.#filled).indexOf(0x0a, searched);
      if (feed !== -1) return this.#take(feed, feed + 1);
      if (this.#ended) return this.#next < this.#filled && this.#take(this.#filled, this.#filled);
      const waiting = this.#filled - this.#next;
      if (waiting > this.#longest) this.#tooLong();
      this.#fill();
      searched = this.#next + waiting;
    }
  }

  #take(end: number, next: number): true {
    this.number++;
    this.start = this.#next;
    this.end = end;
    this.#next = next;
    if (end - this.start > this.#longest) this.#tooLong();
    return true;
  }

  #fill(): void {
    if (this.#next > 0) {
      this.bytes.copy(this.bytes, 0, this.#next, this.#filled);
      this.#filled -= this.#next;
      this.#next = 0;
    }
    if (this.#filled === this.bytes.length) {
      const wider = Buffer.allocUnsafeSlow(this.bytes.length * 2);
      this.bytes.copy(wider, 0, 0, this.#filled);
      this.bytes = wider;
    }
    try {
      const read = readSync(this.#fd, this.bytes, this.#filled, this.bytes.length - this.#filled, this.#position);
      this.#ended = read === 0;
      this.#filled += read;
      this.#position += read;
    } catch (error) {
      throw environmentError(error, 'read', this.#path);
    }
  }

  #tooLong(): never {
    throw new DataError(`${this.#path}:${Math.max(this.number, 1)}: a line is longer than ${this.#longest} bytes`);
  }
}
