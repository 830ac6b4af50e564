import { isUtf8 } from 'node:buffer';
import { DataError } from '@ekv/snapshot';
import { BYTE, isDigit } from './characters.ts';

const { COMMA, LINE_FEED, MINUS, OPEN_BRACE, OPEN_BRACKET, POINT, QUOTE, ZERO } = BYTE;

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

/** Where a text stands in its file, for files that are read in pieces. */
export interface TextPlace {
  /** Number of the line that its first byte is in. Default 1. */
  readonly line?: number;
  /** Number of the column that its first byte is at. Default 1. */
  readonly column?: number;
  /** The caller has seen that all bytes are valid UTF-8. */
  readonly isUtf8?: boolean;
}

const NO_BYTES: Buffer = Buffer.alloc(0);
const NOWHERE: TextPlace = {};

/** The text of a {@link JsonReader} and how far it was read: what stands between the values, and where complaints point to. */
export class JsonText {
  path = '';
  bytes: Buffer = NO_BYTES;
  /** Offset of the next byte. */
  at = 0;
  end = 0;
  /** Start of the value read last: where a complaint about it points to. */
  valueAt = 0;
  isUtf8 = true;
  #start = 0;
  #line = 1;
  #column = 1;

  /** Starts on another text, `bytes[start, end)`. */
  reset(path: string, bytes: Buffer, start: number, end: number, place: TextPlace = NOWHERE): void {
    this.path = path;
    this.#line = place.line ?? 1;
    this.#column = place.column ?? 1;
    this.bytes = bytes;
    this.#start = this.at = this.valueAt = start;
    this.end = end;
    this.isUtf8 = place.isUtf8 === true || isUtf8(bytes.subarray(start, end));
  }

  /** Fails where the text is no UTF-8. */
  refuseInvalid(): void {
    if (!this.isUtf8) this.failAt(firstInvalid(this.bytes, this.#start, this.end), 'invalid UTF-8');
  }

  /** The kind of the next value; fails where no value can start. */
  peek(): JsonKind {
    this.space();
    if (this.at >= this.end) return 'end';
    const byte = this.bytes[this.at]!;
    if (byte === QUOTE) return 'string';
    if (byte === OPEN_BRACE) return 'object';
    if (byte === OPEN_BRACKET) return 'array';
    if (byte === MINUS || isDigit(byte)) return 'number';
    if (byte === 0x74 && this.#isWord('true')) return 'true';
    if (byte === 0x66 && this.#isWord('false')) return 'false';
    if (byte === 0x6e && this.#isWord('null')) return 'null';
    return this.failAt(this.at, byte === 0xef ? 'a byte order mark is not allowed' : 'this is not a JSON value');
  }

  /** Fails unless the next value is of this kind. @param what the value is, for the message. */
  expect(kind: JsonKind, what: string): void {
    const found = this.peek();
    if (found !== kind)
      this.unexpected(found, what, kind === 'object' || kind === 'array' ? `an ${kind}` : `a ${kind}`);
    this.valueAt = this.at;
  }

  /** Complains about the kind of the next value. */
  unexpected(found: JsonKind, what: string, wanted: string): never {
    return this.failAt(
      this.at,
      found === 'end'
        ? `the file ends where ${wanted} is expected (truncated?)`
        : `${what} must be ${wanted}, not ${NAMES[found]}`,
    );
  }

  /** Passes white space. */
  space(): void {
    const { bytes } = this;
    while (this.at < this.end) {
      const byte = bytes[this.at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at++;
    }
  }

  /** The next byte, which is passed; -1 at the end. */
  take(): number {
    const at = this.at++;
    return at < this.end ? this.bytes[at]! : -1;
  }

  /** Whether a container that was just opened closes at once; its bracket is passed then, else the white space before a value. */
  closes(close: number): boolean {
    this.space();
    if (this.at >= this.end || this.bytes[this.at] !== close) return false;
    this.at++;
    return true;
  }

  /**
   * After a value in a container: passes the comma and white space, or the bracket that closes.
   *
   * @param opened where the container begins. @returns whether another value comes.
   */
  continues(close: number, opened: number, what: string): boolean {
    this.space();
    if (this.at >= this.end) this.failAt(opened, `this ${what} does not end`);
    const byte = this.take();
    if (byte === close) return false;
    if (byte !== COMMA) this.failAt(this.at - 1, `a "," or "${String.fromCharCode(close)}" is missing`);
    this.space();
    if (this.bytes[this.at] === close && this.at < this.end)
      this.failAt(this.at - 1, 'a trailing comma is not allowed');
    return true;
  }

  /** Where the number that begins at `start` ends; fails when it is none. */
  numberEnd(start: number): number {
    const { bytes } = this;
    let i = bytes[start] === MINUS ? start + 1 : start;
    const first = i;
    i = this.#digitsEnd(start, i);
    if (bytes[first] === ZERO && i > first + 1) this.failAt(start, 'a number must not have leading zeros');
    if (i < this.end && bytes[i] === POINT) i = this.#digitsEnd(start, i + 1);
    if (i < this.end && (bytes[i] === 0x65 || bytes[i] === 0x45)) {
      const sign = bytes[i + 1];
      i = this.#digitsEnd(start, i + (sign === 0x2b || sign === MINUS ? 2 : 1));
    }
    return i;
  }

  /** Number of the line that an offset stands in. */
  lineAt(at: number): number {
    let line = this.#line;
    for (let i = this.#start; i < at; i++) if (this.bytes[i] === LINE_FEED) line++;
    return line;
  }

  /** Throws a DataError with path, line and column. */
  failAt(at: number, message: string): never {
    let line = this.#line;
    let lineStart = this.#start - this.#column + 1;
    for (let i = this.#start; i < Math.min(at, this.end); i++) {
      if (this.bytes[i] === LINE_FEED) {
        line++;
        lineStart = i + 1;
      }
    }
    throw new DataError(`${this.path}:${line}:${at - lineStart + 1}: ${message}`);
  }

  #isWord(word: string): boolean {
    const { bytes, at, end } = this;
    if (at + word.length > end) return false;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
    return true;
  }

  #digitsEnd(start: number, from: number): number {
    let i = from;
    while (i < this.end && isDigit(this.bytes[i]!)) i++;
    if (i === from) this.failAt(start, 'this is not a JSON number');
    return i;
  }
}

const NAMES: Record<JsonKind, string> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  number: 'a number',
  true: 'true',
  false: 'false',
  null: 'null',
  end: 'the end of the file',
};

function firstInvalid(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; ) {
    const byte = bytes[i]!;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (length > 1 && !isUtf8(bytes.subarray(i, Math.min(i + length, end)))) return i;
    i += length;
  }
  return end;
}
