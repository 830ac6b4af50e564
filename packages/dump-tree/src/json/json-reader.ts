import { BYTE, isDigit } from './characters.ts';
import { FieldNames } from './field-names.ts';
import { JsonStrings } from './json-strings.ts';
import { type JsonKind, JsonText, type TextPlace } from './json-text.ts';
import { readValue, skipValue } from './json-value.ts';

const { CLOSE_BRACE, CLOSE_BRACKET, MINUS, POINT, QUOTE, ZERO } = BYTE;

/**
 * `strict`: invalid UTF-8, lone surrogates and a field twice are refused. `repaired`: in strings each invalid byte and each
 * lone surrogate becomes U+FFFD, and a field that comes twice is given twice; {@link JsonReader.value} stays strict.
 */
export type JsonRules = 'strict' | 'repaired';

/** The bytes `bytes[start, end)`, to be filled again and again. */
export interface ByteRange {
  bytes: Buffer;
  start: number;
  end: number;
}

/**
 * Reads JSON, value by value, from the bytes of one file. The caller says what it expects; whatever else comes is a
 * DataError with path, line and column. Refused are: invalid UTF-8, lone surrogates, a field twice, trailing commas,
 * leading zeros, comments, a byte order mark. docs/format/02-dump-tree.md, section 2.2.
 */
export class JsonReader {
  readonly #isStrict: boolean;
  readonly #text = new JsonText();
  readonly #strings: JsonStrings;
  #textNumber = 0;
  readonly #spareNames: FieldNames[] = [];

  constructor(rules: JsonRules = 'strict') {
    this.#isStrict = rules === 'strict';
    this.#strings = new JsonStrings(this.#text, this.#isStrict);
  }

  /** How many texts were begun: shows whether a text is still the one at hand. */
  get textNumber(): number {
    return this.#textNumber;
  }

  /** Strings that were repaired so far. */
  get repaired(): number {
    return this.#strings.repaired;
  }

  /** Of the file that is read. */
  get path(): string {
    return this.#text.path;
  }

  /** Starts on another text, `bytes[start, end)`; the bytes must not change until it is read. @param place in the file. */
  reset(path: string, bytes: Buffer, start = 0, end: number = bytes.length, place?: TextPlace): void {
    this.#textNumber++;
    this.#text.reset(path, bytes, start, end, place);
    if (this.#isStrict) this.#text.refuseInvalid();
  }

  /** The kind of the next value; fails where no value can start. */
  peek(): JsonKind {
    return this.#text.peek();
  }

  /** An object. `onField` must read the field's value, or {@link skip} it. */
  object(onField: (name: string) => void, what = 'this value'): void {
    const text = this.#text;
    text.expect('object', what);
    const opened = text.at++;
    if (text.closes(CLOSE_BRACE)) return;
    if (this.#isStrict) return this.#fieldsOnce(onField, opened);
    do onField(this.#strings.fieldName());
    while (text.continues(CLOSE_BRACE, opened, 'object'));
  }

  #fieldsOnce(onField: (name: string) => void, opened: number): void {
    const text = this.#text;
    const names = this.#spareNames.pop() ?? new FieldNames();
    names.clear();
    do {
      const nameAt = text.at;
      const name = this.#strings.fieldName();
      if (!names.add(name)) text.failAt(nameAt, `the field ${JSON.stringify(name)} is there twice`);
      onField(name);
    } while (text.continues(CLOSE_BRACE, opened, 'object'));
    this.#spareNames.push(names);
  }

  /** An array. `onElement` must read each element. */
  array(onElement: (index: number) => void, what = 'this value'): void {
    const text = this.#text;
    text.expect('array', what);
    const opened = text.at++;
    if (text.closes(CLOSE_BRACKET)) return;
    for (let index = 0; ; index++) {
      onElement(index);
      if (!text.continues(CLOSE_BRACKET, opened, 'array')) return;
    }
  }

  string(what = 'this value'): string {
    return this.#strings.bytes(what).toString('utf8');
  }

  /** The UTF-8 bytes of a string: a view into the file when it has no escapes, valid as long as the file's bytes. */
  stringBytes(what = 'this value'): Buffer {
    return this.#strings.bytes(what);
  }

  /** As {@link stringBytes}, without an object for a view. */
  stringRange(into: ByteRange, what = 'this value'): void {
    if (!this.#text.isUtf8) {
      into.bytes = this.#strings.bytes(what);
      into.start = 0;
      into.end = into.bytes.length;
      return;
    }
    const strings = this.#strings;
    strings.take(what);
    into.bytes = strings.in;
    into.start = strings.start;
    into.end = strings.end;
  }

  /**
   * Takes these bytes when they stand next, white space and all: for who knows what a file of this kind looks like as ekv writes it, and
   * goes {@link back} where it looks otherwise.
   */
  takeBytes(expected: Uint8Array): boolean {
    const text = this.#text;
    const { bytes, at, end } = text;
    const { length } = expected;
    if (at + length > end) return false;
    for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false;
    text.at = at + length;
    return true;
  }

  /** As {@link stringRange}, for a string that begins with the next byte; false, and nothing is taken, when none does. */
  takeStringRange(into: ByteRange): boolean {
    const text = this.#text;
    if (text.bytes[text.at] !== QUOTE || text.at >= text.end || !text.isUtf8) return false;
    const strings = this.#strings;
    strings.take('');
    into.bytes = strings.in;
    into.start = strings.start;
    into.end = strings.end;
    return true;
  }

  /** Goes back to a {@link mark} of the text at hand, to read again from there. */
  back(mark: number): void {
    this.#text.at = mark;
  }

  /**
   * What stands between the next value's opening quote and the next quote, which is the whole string when there is no backslash. For
   * callers who look at each byte of it anyway: nothing was looked at, and nothing is taken before {@link takeQuoted}.
   *
   * @returns false when the next value is no string.
   */
  peekQuoted(into: ByteRange): boolean {
    const text = this.#text;
    text.space();
    const { bytes, at, end } = text;
    if (bytes[at] !== QUOTE || at >= end) return false;
    const quote = bytes.indexOf(QUOTE, at + 1);
    if (quote === -1 || quote >= end) return false;
    into.bytes = bytes;
    into.start = at + 1;
    into.end = quote;
    return true;
  }

  /** Takes what {@link peekQuoted} gave, which the caller found to have neither backslashes nor control characters. */
  takeQuoted({ start, end }: ByteRange): void {
    const text = this.#text;
    text.valueAt = start - 1;
    text.at = end + 1;
  }

  /**
   * Whether the string taken last is known to have no control characters but tab, line feed and carriage return, and nothing from
   * U+F000 to U+FFFF. Costs nothing: such bytes are looked at anyway while a string is read.
   */
  get isStringOrdinary(): boolean {
    return this.#strings.isOrdinary;
  }

  /** The bytes from one {@link mark} to another: a view, valid as long as the file's bytes. */
  between(start: number, end: number): Buffer {
    return this.#text.bytes.subarray(start, end);
  }

  /** The digits of a number, as written. */
  number(what = 'this value'): string {
    const text = this.#text;
    text.expect('number', what);
    const start = text.at;
    text.at = text.numberEnd(start);
    return text.bytes.toString('latin1', start, text.at);
  }

  /** An integer in plain digits, `min` and `max` included. It never passes through a float. */
  integer(what: string, min: bigint, max: bigint): bigint {
    const short = this.#shortInteger();
    const value = Number.isNaN(short) ? this.#anyInteger(what, min, max) : this.#exact(short);
    if (value < min || value > max) this.#failRange(what, min, max, String(value));
    return value;
  }

  /** As {@link integer}, of 64 bits with a sign. */
  int64(what: string): bigint {
    const short = this.#shortInteger();
    return Number.isNaN(short) ? this.integer(what, I64_MIN, I64_MAX) : this.#exact(short);
  }

  /** As {@link integer}, of 64 bits without a sign. */
  uint64(what: string): bigint {
    const short = this.#shortInteger();
    if (short < 0) this.#failRange(what, 0n, U64_MAX, String(short));
    return Number.isNaN(short) ? this.integer(what, 0n, U64_MAX) : this.#exact(short);
  }

  /** As {@link integer}, of at most 15 digits; `undefined`, and nothing is taken, when the next value is none in the plainest form. */
  shortInteger(): bigint | undefined {
    const short = this.#shortInteger();
    return Number.isNaN(short) ? undefined : this.#exact(short);
  }

  /** Times come in pairs, small numbers often: no object is made for these again. */
  #exact(integer: number): bigint {
    if (integer >= 0 && integer < SMALL.length) return SMALL[integer]!;
    if (integer !== this.#lastShort) {
      this.#lastShort = integer;
      this.#lastExact = BigInt(integer);
    }
    return this.#lastExact;
  }

  #lastShort = 0;
  #lastExact = 0n;

  /** An integer of at most 15 digits, which a double holds exactly; NaN, and nothing is taken, when the next value is none. */
  #shortInteger(): number {
    const text = this.#text;
    text.space();
    const { bytes, at: start, end } = text;
    const first = bytes[start] === MINUS ? start + 1 : start;
    const limit = Math.min(first + 16, end);
    let at = first;
    let value = 0;
    for (; at < limit && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - ZERO;
    const digits = at - first;
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[first] === ZERO)) return Number.NaN;
    if (at < end && (bytes[at] === POINT || (bytes[at]! | 0x20) === 0x65)) return Number.NaN;
    // A negative zero is for the general way to judge.
    if (value === 0 && first > start) return Number.NaN;
    text.valueAt = start;
    text.at = at;
    return first > start ? -value : value;
  }

  #anyInteger(what: string, min: bigint, max: bigint): bigint {
    const text = this.number(what);
    if (!/^-?(0|[1-9][0-9]*)$/.test(text) || (text === '-0' && min === 0n))
      this.fail(`${what} must be an integer in plain digits, not ${shortened(text)}`);
    // A number of a million digits is not worth converting.
    return text.length > 21 ? this.#failRange(what, min, max, text) : BigInt(text);
  }

  #failRange(what: string, min: bigint, max: bigint, text: string): never {
    this.fail(`${what} must be an integer from ${min} to ${max}, not ${shortened(text)}`);
  }

  boolean(what = 'this value'): boolean {
    const text = this.#text;
    const kind = text.peek();
    if (kind !== 'true' && kind !== 'false') text.unexpected(kind, what, 'true or false');
    text.valueAt = text.at;
    text.at += kind.length;
    return kind === 'true';
  }

  /** Takes a `null` when the next value is one. */
  takeNull(): boolean {
    const text = this.#text;
    text.space();
    // What is no value at all is for the one who reads it to refuse.
    if (text.bytes[text.at] !== FIRST_OF_NULL || text.peek() !== 'null') return false;
    text.valueAt = text.at;
    text.at += 4;
    return true;
  }

  /** Passes over any value; nesting beyond 10000 levels is refused. */
  skip(): void {
    skipValue(this.#text, this.#strings);
  }

  /**
   * Any value as a plain tree: objects without a prototype (a field named `__proto__` is one like all others), arrays,
   * strings, booleans and null. An integer in plain digits is a bigint, every other number an object whose `String()` is
   * the text as written. A field twice and nesting beyond 10000 levels are refused.
   */
  value(): unknown {
    return readValue(this.#text, this.#strings);
  }

  /** Fails unless only white space follows. */
  end(): void {
    if (!this.atEnd()) this.#text.failAt(this.#text.at, 'trailing data after the JSON value');
  }

  /** Whether only white space follows: for files that are a sequence of values. */
  atEnd(): boolean {
    const text = this.#text;
    text.space();
    return text.at >= text.end;
  }

  /** A complaint about the value read last. */
  fail(message: string): never {
    return this.#text.failAt(this.#text.valueAt, message);
  }

  /** Keeps the place of the next value, for a complaint about it after it was read. */
  mark(): number {
    const text = this.#text;
    text.space();
    return text.at;
  }

  failAtMark(mark: number, message: string): never {
    return this.#text.failAt(mark, message);
  }

  /** Number of the line that a {@link mark} stands in. */
  lineAt(mark: number): number {
    return this.#text.lineAt(mark);
  }
}

/** `n` */
const FIRST_OF_NULL = 0x6e;

const SMALL = Array.from({ length: 256 }, (_, integer) => BigInt(integer));
const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;
const U64_MAX = 2n ** 64n - 1n;

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}... (${text.length} characters)` : text;
}
