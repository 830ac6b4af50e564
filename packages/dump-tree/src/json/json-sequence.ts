import { isUtf8 } from 'node:buffer';
import { type ByteSource, blockFor, DataError } from '@ekv/snapshot';
import { showsEnd } from '../files/end-of-file.ts';
import { NUL_RULE } from '../files/json-look.ts';
import { BYTE } from './characters.ts';
import type { JsonReader } from './json-reader.ts';

const { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, LINE_FEED, OPEN_BRACE, OPEN_BRACKET, QUOTE } = BYTE;

const FIRST_BUFFER = 1 << 16;

/**
 * A file that is a sequence of JSON values with any white space between them, value by value in bounded memory.
 * docs/format/02-dump-tree.md, section 2.2.
 */
export class JsonSequence {
  readonly #file: ByteSource;
  readonly #path: string;
  readonly #reader: JsonReader;
  readonly #longest: number;
  #bytes: Buffer;
  /** Index of the first byte after the last value. */
  #at = 0;
  /** End of a line of which the reader was given all and may have left a part; -1 when there is none. */
  #rest = -1;
  /** Of the reader, when it was given that line. */
  #textNumber = 0;
  #filled = 0;
  /** Up to here the bytes in the buffer are valid UTF-8: one look at a block is cheaper than one at each value. */
  #utf8End = 0;
  /** File offset of `#bytes[0]`. */
  #base = 0;
  #ended = false;
  #line = 1;
  /** Of the value at hand. */
  #valueLine = 1;
  /** File offset of the first byte of the line. */
  #lineStart = 0;

  /** @param longest longest value in bytes; a longer one is a DataError. */
  constructor(file: ByteSource, reader: JsonReader, longest: number) {
    this.#file = file;
    this.#bytes = blockFor(file, FIRST_BUFFER);
    this.#path = file.name;
    this.#reader = reader;
    this.#longest = longest;
  }

  /** Number of the line, 1-based, in which the value at hand begins. */
  get line(): number {
    return this.#valueLine;
  }

  /**
   * Sets the reader on the next value, which the caller reads whole; false at the end of the file. The reader may see more than
   * this value: do not ask it for the end.
   */
  next(): boolean {
    this.#passRead();
    if (!this.#skipSpace()) return false;
    const line = this.#line;
    this.#valueLine = line;
    const column = this.#base + this.#at - this.#lineStart + 1;
    const lineEnd = this.#objectLineEnd();
    const end = lineEnd === -1 ? this.#findEnd() : lineEnd;
    this.#reader.reset(this.#path, this.#bytes, this.#at, end, { line, column, isUtf8: end <= this.#utf8End });
    if (lineEnd === -1) this.#at = end;
    else {
      this.#rest = lineEnd;
      this.#textNumber = this.#reader.textNumber;
    }
    return true;
  }

  /**
   * The next byte that is no white space, for files that are one value which is read in parts: its brackets, commas and colons
   * are taken with {@link take}, what stands between with {@link nextPart}. -1 at the end of the file.
   */
  peek(): number {
    return this.#skipSpace() ? this.#bytes[this.#at]! : -1;
  }

  /** Passes the byte that {@link peek} gave. */
  take(): void {
    this.#at++;
  }

  /** Sets the reader on the value that begins at the byte {@link peek} gave, and on nothing more. */
  nextPart(): void {
    this.#valueLine = this.#line;
    const line = this.#line;
    const column = this.#base + this.#at - this.#lineStart + 1;
    const end = this.#findEnd('part');
    this.#reader.reset(this.#path, this.#bytes, this.#at, end, { line, column, isUtf8: end <= this.#utf8End });
    this.#at = end;
  }

  /** A complaint about the byte that {@link peek} gave. */
  fail(message: string): never {
    throw new DataError(`${this.#path}:${this.#line}:${this.#base + this.#at - this.#lineStart + 1}: ${message}`);
  }

  /** Goes after the value that was read out of a line which was given whole. */
  #passRead(): void {
    if (this.#rest === -1) return;
    const isUnderWay = this.#reader.textNumber === this.#textNumber;
    this.#at = isUnderWay ? Math.min(this.#reader.mark(), this.#rest) : this.#findEnd();
    this.#rest = -1;
  }

  /**
   * End of the line that begins at `#at`, when it holds whole objects: `{` to `}`, and another `{` begins the next line. For
   * where a line feed can stand in an object, no `{` follows a `}`. -1 when that is not so, or not in the buffer.
   */
  #objectLineEnd(): number {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== OPEN_BRACE) return -1;
    const end = bytes.indexOf(LINE_FEED, this.#at);
    if (end === -1 || end + 1 >= this.#filled || end - this.#at > this.#longest) return -1;
    return bytes[end - 1] === CLOSE_BRACE && bytes[end + 1] === OPEN_BRACE ? end : -1;
  }

  #skipSpace(): boolean {
    for (;;) {
      for (; this.#at < this.#filled; this.#at++) {
        const byte = this.#bytes[this.#at]!;
        if (byte === LINE_FEED) this.#newLine(this.#at);
        else if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return true;
      }
      if (!this.#fill()) return false;
    }
  }

  /** End of the value that starts at `#at`: brackets closed, strings passed over. What is inside is the reader's job. */
  #findEnd(of: 'value' | 'part' = 'value'): number {
    let depth = 0;
    let inString = false;
    for (let length = 0; ; ) {
      for (; this.#at + length < this.#filled; length++) {
        const i = this.#at + length;
        const byte = this.#bytes[i]!;
        if (inString) {
          if (byte === BACKSLASH) length++;
          else if (byte === QUOTE) inString = false;
          else if (byte === LINE_FEED) this.#newLine(i);
          if (inString || depth > 0) continue;
          return i + 1;
        }
        if (of === 'part' && depth === 0 && length > 0 && endsScalar(byte)) return i;
        if (byte === QUOTE) inString = true;
        else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
        else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
          depth--;
          if (depth <= 0) return i + 1;
        } else if (byte === LINE_FEED || (depth === 0 && (byte === 0x20 || byte === 0x09 || byte === 0x0d))) {
          if (depth === 0) return i;
          this.#newLine(i);
        }
      }
      if (length > this.#longest) {
        throw new DataError(`${this.#path}:${this.#line}: a value is longer than ${this.#longest} bytes`);
      }
      if (!this.#fill()) return this.#filled;
    }
  }

  #newLine(at: number): void {
    this.#line++;
    this.#lineStart = this.#base + at + 1;
  }

  /** For a value that is longer than the buffer: more of it is held only when what is there can be JSON. */
  #widen(): void {
    const nul = this.#bytes.subarray(0, this.#filled).indexOf(0);
    if (nul !== -1) throw new DataError(`${this.#path}:${this.#line}: ${NUL_RULE}`);
    // Room for the longest value and what says that it is longer.
    const wider = Buffer.allocUnsafeSlow(Math.min(this.#bytes.length * 2, this.#longest + FIRST_BUFFER));
    this.#bytes.copy(wider, 0, 0, this.#filled);
    this.#bytes = wider;
  }

  /** Reads on, keeping what is not passed yet; false at the end of the file. */
  #fill(): boolean {
    if (this.#ended) return false;
    this.#bytes.copy(this.#bytes, 0, this.#at, this.#filled);
    this.#base += this.#at;
    this.#filled -= this.#at;
    this.#at = 0;
    if (this.#filled === this.#bytes.length) this.#widen();
    const room = this.#bytes.length - this.#filled;
    const read = this.#file.read(this.#base + this.#filled, this.#bytes, this.#filled, room);
    this.#filled += read;
    this.#ended = showsEnd(this.#file, this.#base + this.#filled, read, room);
    const end = characterEnd(this.#bytes, this.#filled);
    this.#utf8End = isUtf8(this.#bytes.subarray(0, end)) ? end : 0;
    return read > 0;
  }
}

/** Whether a number or a word of a larger value ends before this byte. */
function endsScalar(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === COLON;
}

/** Before the character that begins last: it may go on after `end`. */
function characterEnd(bytes: Buffer, end: number): number {
  let at = end - 1;
  while (at > end - 4 && at >= 0 && (bytes[at]! & 0xc0) === 0x80) at--;
  return at >= 0 && bytes[at]! >= 0xc0 ? at : end;
}
