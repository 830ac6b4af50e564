import { type ByteSource, blockFor, DataError } from '@ekv/snapshot';
import { showsEnd } from './end-of-file.ts';

const FIRST_BUFFER = 1 << 16;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** A line that is cut is passed over up to here. */
const LONGEST_CUT = 64 << 20;

/**
 * Walks over the lines of a file. The current line is `bytes[start, end)`, without its line feed, valid until
 * the next call of `next`. The last line needs no line feed.
 */
export class LineReader {
  readonly #file: ByteSource;
  readonly #longest: number;
  readonly #tooLong: 'refuse' | 'cut';
  /** File offset of the first byte after the buffer. */
  #position = 0;
  #filled = 0;
  /** Index of the first byte after the current line. */
  #next = 0;
  #ended = false;
  #isCut = false;
  bytes: Buffer;
  start = 0;
  end = 0;
  /** 1-based. */
  number = 0;

  /**
   * @param longest longest line in bytes, without the line feed.
   * @param tooLong what becomes of a longer one: `refuse` is a DataError; `cut` gives its first bytes, more than
   * `longest` of them, and goes on after it; one of more than 64 MiB is a DataError all the same.
   */
  constructor(file: ByteSource, longest: number, tooLong: 'refuse' | 'cut' = 'refuse') {
    this.#file = file;
    this.bytes = blockFor(file, FIRST_BUFFER);
    this.#longest = longest;
    this.#tooLong = tooLong;
  }

  /** File offset of the current line. */
  get offset(): number {
    return this.#position - this.#filled + this.start;
  }

  /** {@link end}, before the carriage return that some editors write. */
  get textEnd(): number {
    const { bytes, start, end } = this;
    return end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
  }

  next(): boolean {
    if (this.#isCut) this.#skipRest();
    for (let searched = this.#next; ; ) {
      const feed = this.#feedAfter(searched);
      if (feed !== -1) return this.#take(feed, feed + 1);
      if (this.#ended) return this.#next < this.#filled && this.#take(this.#filled, this.#filled);
      const waiting = this.#filled - this.#next;
      if (waiting > this.#longest) {
        this.#isCut = true;
        return this.#take(this.#filled, this.#filled);
      }
      this.#fill();
      searched = this.#next + waiting;
    }
  }

  /** Index of the next line feed; -1 when there is none in the buffer. */
  #feedAfter(from: number): number {
    const feed = this.bytes.indexOf(LINE_FEED, from);
    return feed < this.#filled ? feed : -1;
  }

  #take(end: number, next: number): true {
    this.number++;
    this.start = this.#next;
    this.end = end;
    this.#next = next;
    if (end - this.start > this.#longest && this.#tooLong === 'refuse')
      throw new DataError(`${this.#file.name}:${this.number}: a line is longer than ${this.#longest} bytes`);
    return true;
  }

  #skipRest(): void {
    this.#isCut = false;
    for (let passed = this.end - this.start; ; ) {
      const feed = this.#feedAfter(this.#next);
      const end = feed === -1 ? this.#filled : feed + 1;
      passed += end - this.#next;
      this.#next = end;
      if (feed !== -1 || this.#ended) return;
      if (passed > LONGEST_CUT)
        throw new DataError(`${this.#file.name}:${this.number}: a line is longer than ${LONGEST_CUT} bytes`);
      this.#fill();
    }
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
    const asked = this.bytes.length - this.#filled;
    const read = this.#file.read(this.#position, this.bytes, this.#filled, asked);
    this.#filled += read;
    this.#position += read;
    this.#ended = showsEnd(this.#file, this.#position, read, asked);
  }
}
