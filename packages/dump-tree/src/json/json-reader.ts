import { isUtf8 } from 'node:buffer';
import { DataError } from '@ekv/snapshot';
import { FieldNames, NameTexts } from './field-names.ts';
import { repairedUtf8 } from './repaired-utf8.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'true' | 'false' | 'null' | 'end';

const DEEPEST = 10_000;
/** Bytes that are taken at once for strings without their escapes. */
const ROOM = 1 << 16;
/** In a text up to here room for all that is left of it is no waste, and it need not be known where a string ends. */
const SHORT_TEXT = 1 << 10;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** First byte of U+F000 to U+FFFF. */
const LAST_PLANE_HEAD = 0xef;

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
  /** Whether the bytes are valid UTF-8; always so by strict rules. */
  #isUtf8 = true;
  #repaired = 0;
  #texts = 0;
  #path = '';
  #firstLine = 1;
  #firstColumn = 1;
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #at = 0;
  #end = 0;
  /** The string taken last, without its escapes: in the file, or in the room for strings that have some. */
  #stringIn: Buffer = this.#bytes;
  #stringStart = 0;
  #stringEnd = 0;
  #isStringOrdinary = true;
  /** Room for strings without their escapes. It is never used again, as they may be kept. */
  #room: Buffer = this.#bytes;
  #roomUsed = 0;
  readonly #nameTexts = new NameTexts();
  readonly #spareNames: FieldNames[] = [];
  /** Start of the value read last: where a complaint about it points to. */
  #valueAt = 0;

  constructor(rules: JsonRules = 'strict') {
    this.#isStrict = rules === 'strict';
  }

  /** How many texts were begun: tells whether a text is still the one at hand. */
  get text(): number {
    return this.#texts;
  }

  /** Strings that were repaired so far. */
  get repaired(): number {
    return this.#repaired;
  }

  /** Of the file that is read. */
  get path(): string {
    return this.#path;
  }

  /**
   * Starts on another file. `bytes` must not change until the file is read.
   *
   * @param firstLine number of the line that `start` is in, for files that are read in pieces.
   * @param firstColumn number of the column that `start` is at.
   * @param isKnownUtf8 the caller has seen that all bytes are valid UTF-8.
   */
  reset(
    path: string,
    bytes: Buffer,
    start = 0,
    end: number = bytes.length,
    firstLine = 1,
    firstColumn = 1,
    isKnownUtf8 = false,
  ): void {
    this.#texts++;
    this.#path = path;
    this.#firstLine = firstLine;
    this.#firstColumn = firstColumn;
    this.#bytes = bytes;
    this.#start = this.#at = this.#valueAt = start;
    this.#end = end;
    this.#isUtf8 = isKnownUtf8 || isUtf8(bytes.subarray(start, end));
    if (!this.#isUtf8 && this.#isStrict) this.#failAt(firstInvalid(bytes, start, end), 'invalid UTF-8');
  }

  /** The kind of the next value; fails where no value can start. */
  peek(): JsonKind {
    this.#space();
    if (this.#at >= this.#end) return 'end';
    const byte = this.#bytes[this.#at]!;
    if (byte === QUOTE) return 'string';
    if (byte === 0x7b) return 'object';
    if (byte === 0x5b) return 'array';
    if (byte === 0x2d || isDigit(byte)) return 'number';
    if (byte === 0x74 && this.#isWord('true')) return 'true';
    if (byte === 0x66 && this.#isWord('false')) return 'false';
    if (byte === 0x6e && this.#isWord('null')) return 'null';
    return this.#failAt(this.#at, byte === 0xef ? 'a byte order mark is not allowed' : 'this is not a JSON value');
  }

  /** An object. `onField` must read the field's value, or {@link skip} it. */
  object(onField: (name: string) => void, what = 'this value'): void {
    this.#expect('object', what);
    const opened = this.#at++;
    if (this.#closes(0x7d)) return;
    const names = this.#spareNames.pop() ?? new FieldNames();
    names.clear();
    do {
      const nameAt = this.mark();
      const name = this.#fieldName();
      if (this.#isStrict && !names.add(name)) this.#failAt(nameAt, `the field ${JSON.stringify(name)} is there twice`);
      onField(name);
    } while (this.#continues(0x7d, opened, 'object'));
    this.#spareNames.push(names);
  }

  /** An array. `onElement` must read each element. */
  array(onElement: (index: number) => void, what = 'this value'): void {
    this.#expect('array', what);
    const opened = this.#at++;
    if (this.#closes(0x5d)) return;
    for (let index = 0; ; index++) {
      onElement(index);
      if (!this.#continues(0x5d, opened, 'array')) return;
    }
  }

  string(what = 'this value'): string {
    const bytes = this.stringBytes(what);
    return bytes.toString('utf8');
  }

  /** The UTF-8 bytes of a string: a view into the file when it has no escapes, valid as long as the file's bytes. */
  stringBytes(what = 'this value'): Buffer {
    this.#takeString(what);
    const bytes = this.#stringIn.subarray(this.#stringStart, this.#stringEnd);
    return this.#isUtf8 || isUtf8(bytes) ? bytes : this.#repair(bytes);
  }

  /** As {@link stringBytes}, without an object for a view. */
  stringRange(into: ByteRange, what = 'this value'): void {
    if (!this.#isUtf8) {
      into.bytes = this.stringBytes(what);
      into.start = 0;
      into.end = into.bytes.length;
      return;
    }
    this.#takeString(what);
    into.bytes = this.#stringIn;
    into.start = this.#stringStart;
    into.end = this.#stringEnd;
  }

  /**
   * Whether the string taken last is known to have no control characters but tab, line feed and carriage return, and nothing from
   * U+F000 to U+FFFF. Costs nothing: such bytes are looked at anyway while a string is read.
   */
  get isStringOrdinary(): boolean {
    return this.#isStringOrdinary;
  }

  /** The bytes from one {@link mark} to another: a view, valid as long as the file's bytes. */
  between(start: number, end: number): Buffer {
    return this.#bytes.subarray(start, end);
  }

  #repair(bytes: Buffer): Buffer {
    this.#repaired++;
    this.#isStringOrdinary = false;
    return repairedUtf8(bytes);
  }

  #takeString(what: string): void {
    this.#expect('string', what);
    const bytes = this.#bytes;
    const end = this.#end;
    const start = this.#at + 1;
    this.#isStringOrdinary = true;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (IS_PLAIN[byte] === 1) continue;
      if (byte === BACKSLASH) return this.#takeEscapedString(start, i);
      if (byte === LAST_PLANE_HEAD) {
        this.#isStringOrdinary = false;
        continue;
      }
      if (byte !== QUOTE) this.#failAt(i, 'a control character in a string must be escaped');
      this.#stringIn = bytes;
      this.#stringStart = start;
      this.#stringEnd = i;
      this.#at = i + 1;
      return;
    }
    return this.#failAt(start - 1, 'this string does not end');
  }

  /** The digits of a number, as written. */
  number(what = 'this value'): string {
    this.#expect('number', what);
    const start = this.#at;
    const end = this.#numberEnd(start);
    this.#at = end;
    return this.#bytes.toString('latin1', start, end);
  }

  /** An integer in plain digits, `min` and `max` included. It never passes through a float. */
  integer(what: string, min: bigint, max: bigint): bigint {
    const value = this.#shortInteger() ?? this.#anyInteger(what, min, max);
    if (value < min || value > max) this.#failRange(what, min, max, String(value));
    return value;
  }

  /** An integer of at most 15 digits, which a double holds exactly; nothing is taken when the next value is none. */
  #shortInteger(): bigint | undefined {
    this.#space();
    const bytes = this.#bytes;
    const start = this.#at;
    const first = bytes[start] === 0x2d ? start + 1 : start;
    const limit = Math.min(first + 16, this.#end);
    let at = first;
    let value = 0;
    for (; at < limit && isDigit(bytes[at]!); at++) value = value * 10 + bytes[at]! - 0x30;
    const digits = at - first;
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[first] === 0x30)) return undefined;
    if (at < this.#end && (bytes[at] === 0x2e || (bytes[at]! | 0x20) === 0x65)) return undefined;
    // A negative zero is for the general way to judge.
    if (value === 0 && first > start) return undefined;
    this.#valueAt = start;
    this.#at = at;
    return value === 0 ? 0n : BigInt(first > start ? -value : value);
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
    const kind = this.peek();
    if (kind !== 'true' && kind !== 'false') this.#unexpected(kind, what, 'true or false');
    this.#valueAt = this.#at;
    this.#at += kind.length;
    return kind === 'true';
  }

  /** Takes a `null` when the next value is one. */
  takeNull(): boolean {
    if (this.peek() !== 'null') return false;
    this.#valueAt = this.#at;
    this.#at += 4;
    return true;
  }

  /** Passes over any value; nesting beyond 10000 levels is refused. */
  skip(): void {
    const closing: number[] = [];
    do {
      this.#skipOne(closing);
      // After a value: close what ends here, and stop when nothing is open.
      while (closing.length > 0 && !this.#continues(closing[closing.length - 1]!, this.#at, 'value')) closing.pop();
    } while (closing.length > 0);
  }

  /**
   * Any value as a plain tree: objects without a prototype (a field named `__proto__` is one like all others), arrays,
   * strings, booleans and null. An integer in plain digits is a bigint, every other number an object whose `String()` is
   * the text as written. A field twice and nesting beyond 10000 levels are refused.
   */
  value(): unknown {
    const start = this.mark();
    const open: OpenContainer[] = [];
    for (;;) {
      let value = this.#startOfValue(open);
      // Undefined: a container was opened that has a first value.
      while (value !== undefined) {
        const parent = open[open.length - 1];
        if (parent === undefined) {
          this.#valueAt = start;
          return value;
        }
        if (Array.isArray(parent.container)) parent.container.push(value);
        else parent.container[parent.field] = value;
        const isArray = Array.isArray(parent.container);
        if (this.#continues(isArray ? 0x5d : 0x7d, parent.at, isArray ? 'array' : 'object')) {
          this.#startField(parent);
          break;
        }
        open.pop();
        value = parent.container;
      }
    }
  }

  /** Fails unless only white space follows. */
  end(): void {
    this.#space();
    if (this.#at < this.#end) this.#failAt(this.#at, 'trailing data after the JSON value');
  }

  /** Whether only white space follows: for files that are a sequence of values. */
  atEnd(): boolean {
    this.#space();
    return this.#at >= this.#end;
  }

  /** A complaint about the value read last. */
  fail(message: string): never {
    return this.#failAt(this.#valueAt, message);
  }

  /** Keeps the place of the next value, for a complaint about it after it was read. */
  mark(): number {
    this.#space();
    return this.#at;
  }

  failAtMark(mark: number, message: string): never {
    return this.#failAt(mark, message);
  }

  /** Number of the line that a {@link mark} stands in. */
  lineAt(mark: number): number {
    let line = this.#firstLine;
    for (let i = this.#start; i < mark; i++) if (this.#bytes[i] === 0x0a) line++;
    return line;
  }

  /** A scalar, an empty container, or the opening of a container up to its first value. */
  #skipOne(closing: number[]): void {
    for (;;) {
      const kind = this.peek();
      if (kind === 'string') return void this.stringBytes();
      if (kind === 'number') return void this.number();
      if (kind === 'end') this.#failAt(this.#at, 'a value is missing');
      if (kind !== 'object' && kind !== 'array') {
        this.#at += kind.length;
        return;
      }
      if (closing.length === DEEPEST) this.#failAt(this.#at, `nested deeper than ${DEEPEST} levels`);
      this.#at++;
      const close = kind === 'object' ? 0x7d : 0x5d;
      if (this.#closes(close)) return;
      closing.push(close);
      if (kind === 'object') this.#fieldName();
    }
  }

  /** A scalar or an empty container; undefined after opening a container, which is then the last of `open`. */
  #startOfValue(open: OpenContainer[]): unknown {
    const kind = this.peek();
    if (kind === 'string') return this.string();
    if (kind === 'number') return numberValue(this.number());
    if (kind === 'true' || kind === 'false') return this.boolean();
    if (kind === 'null') return this.takeNull() ? null : undefined;
    if (kind === 'end') this.#unexpected(kind, '', 'a value');
    if (open.length === DEEPEST) this.#failAt(this.#at, `nested deeper than ${DEEPEST} levels`);
    const container = kind === 'object' ? Object.create(null) : [];
    const opened = { container, at: this.#at++, field: '' };
    if (this.#closes(kind === 'object' ? 0x7d : 0x5d)) return container;
    open.push(opened);
    this.#startField(opened);
    return undefined;
  }

  /** In an object: takes the name of the next field. */
  #startField(opened: OpenContainer): void {
    if (Array.isArray(opened.container)) return;
    const nameAt = this.mark();
    opened.field = this.#fieldName();
    if (opened.field in opened.container)
      this.#failAt(nameAt, `the field ${JSON.stringify(opened.field)} is there twice`);
  }

  /** A field's name, the colon behind it taken too. */
  #fieldName(): string {
    this.#space();
    if (this.#bytes[this.#at] !== QUOTE || this.#at >= this.#end)
      this.#failAt(this.#at, 'a field name in double quotes is missing');
    const name = this.#isUtf8 ? this.#nameText() : this.string();
    this.#space();
    if (this.#take() !== 0x3a) this.#failAt(this.#at - 1, 'a ":" is missing after the field name');
    return name;
  }

  #nameText(): string {
    this.#takeString('a field name');
    return this.#nameTexts.of(this.#stringIn, this.#stringStart, this.#stringEnd);
  }

  #expect(kind: JsonKind, what: string): void {
    const found = this.peek();
    if (found !== kind)
      this.#unexpected(found, what, kind === 'object' || kind === 'array' ? `an ${kind}` : `a ${kind}`);
    this.#valueAt = this.#at;
  }

  #unexpected(found: JsonKind, what: string, wanted: string): never {
    return this.#failAt(
      this.#at,
      found === 'end'
        ? `the file ends where ${wanted} is expected (truncated?)`
        : `${what} must be ${wanted}, not ${NAMES[found]}`,
    );
  }

  #closes(close: number): boolean {
    this.#space();
    if (this.#at >= this.#end || this.#bytes[this.#at] !== close) return false;
    this.#at++;
    return true;
  }

  /** After an element: true after a comma, false after the closing bracket. In `skip` the next field's name is passed too. */
  #continues(close: number, opened: number, what: 'object' | 'array' | 'value'): boolean {
    this.#space();
    if (this.#at >= this.#end) this.#failAt(opened, `this ${what} does not end`);
    const byte = this.#take();
    if (byte === close) return false;
    if (byte !== 0x2c) this.#failAt(this.#at - 1, `a "," or "${String.fromCharCode(close)}" is missing`);
    this.#space();
    if (this.#bytes[this.#at] === close && this.#at < this.#end)
      this.#failAt(this.#at - 1, 'a trailing comma is not allowed');
    if (what === 'value' && close === 0x7d) this.#fieldName();
    return true;
  }

  #take(): number {
    const at = this.#at++;
    return at < this.#end ? this.#bytes[at]! : -1;
  }

  #space(): void {
    const bytes = this.#bytes;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at++;
    }
  }

  #isWord(word: string): boolean {
    return (
      this.#at + word.length <= this.#end && this.#bytes.toString('latin1', this.#at, this.#at + word.length) === word
    );
  }

  #numberEnd(start: number): number {
    const bytes = this.#bytes;
    const digits = (from: number): number => {
      let i = from;
      while (i < this.#end && isDigit(bytes[i]!)) i++;
      if (i === from) this.#failAt(start, 'this is not a JSON number');
      return i;
    };
    let i = bytes[start] === 0x2d ? start + 1 : start;
    const first = i;
    i = digits(i);
    if (bytes[first] === 0x30 && i > first + 1) this.#failAt(start, 'a number must not have leading zeros');
    if (i < this.#end && bytes[i] === 0x2e) i = digits(i + 1);
    if (i < this.#end && (bytes[i] === 0x65 || bytes[i] === 0x45)) {
      const sign = bytes[i + 1];
      i = digits(i + (sign === 0x2b || sign === 0x2d ? 2 : 1));
    }
    return i;
  }

  #takeEscapedString(start: number, firstEscape: number): void {
    const bytes = this.#bytes;
    const end = this.#end;
    this.#reserve((end - start <= SHORT_TEXT ? end : this.#closingQuote(firstEscape)) - start);
    const room = this.#room;
    const first = this.#roomUsed;
    let used = first;
    for (let i = start; i < firstEscape; i++) room[used++] = bytes[i]!;
    for (let i = firstEscape; i < end; ) {
      let byte = bytes[i]!;
      for (; IS_PLAIN[byte] === 1 && i < end; byte = bytes[++i]!) room[used++] = byte;
      if (i >= end) break;
      if (byte === QUOTE) {
        this.#at = i + 1;
        this.#stringIn = room;
        this.#stringStart = first;
        this.#stringEnd = this.#roomUsed = used;
        return;
      }
      if (byte === LAST_PLANE_HEAD) {
        this.#isStringOrdinary = false;
        room[used++] = byte;
        i++;
        continue;
      }
      if (byte !== BACKSLASH) this.#failAt(i, 'a control character in a string must be escaped');
      const simple = SIMPLE_ESCAPES[bytes[i + 1]!]!;
      if (simple !== 0) {
        if (!isOrdinary(simple)) this.#isStringOrdinary = false;
        room[used++] = simple;
        i += 2;
        continue;
      }
      if (bytes[i + 1] !== 0x75) this.#failAt(i, 'this escape is unknown');
      const unit = this.#hex(i);
      const isHigh = unit >= 0xd800 && unit < 0xdc00;
      const low = isHigh && bytes[i + 6] === BACKSLASH && bytes[i + 7] === 0x75 ? this.#hex(i + 6) : 0;
      if ((unit >= 0xdc00 && unit < 0xe000) || (isHigh && (low < 0xdc00 || low > 0xdfff))) {
        if (this.#isStrict) this.#failAt(i, 'a lone surrogate escape stands for no character');
        this.#repaired++;
        this.#isStringOrdinary = false;
        used += room.write('\ufffd', used);
        i += 6;
        continue;
      }
      const code = isHigh ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit;
      if (!isOrdinary(code)) this.#isStringOrdinary = false;
      if (code < 0x80) room[used++] = code;
      else used += room.write(String.fromCodePoint(code), used);
      i += isHigh ? 12 : 6;
    }
    this.#failAt(start - 1, 'this string does not end');
  }

  #reserve(length: number): void {
    if (length <= this.#room.length - this.#roomUsed) return;
    this.#room = Buffer.allocUnsafeSlow(Math.max(length, ROOM));
    this.#roomUsed = 0;
  }

  /** Offset of the closing quote. */
  #closingQuote(from: number): number {
    for (let i = from; i < this.#end; i++) {
      if (this.#bytes[i] === BACKSLASH) i++;
      else if (this.#bytes[i] === QUOTE) return i;
    }
    return this.#failAt(this.#valueAt, 'this string does not end');
  }

  #hex(at: number): number {
    let value = 0;
    for (let i = at + 2; i < at + 6; i++) {
      const digit = i < this.#end ? hexDigit(this.#bytes[i]!) : -1;
      if (digit === -1) this.#failAt(at, '"\\u" must be followed by four hex digits');
      value = (value << 4) | digit;
    }
    return value;
  }

  #failAt(at: number, message: string): never {
    let line = this.#firstLine;
    let lineStart = this.#start - this.#firstColumn + 1;
    for (let i = this.#start; i < Math.min(at, this.#end); i++) {
      if (this.#bytes[i] === 0x0a) {
        line++;
        lineStart = i + 1;
      }
    }
    throw new DataError(`${this.#path}:${line}:${at - lineStart + 1}: ${message}`);
  }
}

interface OpenContainer {
  readonly container: unknown[] | Record<string, unknown>;
  /** Offset of the opening bracket. */
  readonly at: number;
  /** In an object: the name of the field whose value comes next. */
  field: string;
}

/** A number that is not an integer in plain digits. */
class NumberText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

function numberValue(text: string): bigint | NumberText {
  // A number of a million digits is not worth converting.
  return text.length <= 21 && PLAIN_INTEGER.test(text) ? BigInt(text) : new NumberText(text);
}

const PLAIN_INTEGER = /^(0|-?[1-9][0-9]*)$/;

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

/** By the byte behind a backslash: what the two stand for, or 0. */
const SIMPLE_ESCAPES = new Uint8Array(256);
for (const [letter, byte] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  SIMPLE_ESCAPES[letter!.charCodeAt(0)] = byte!.charCodeAt(0);

/** 1 for bytes that stand in a string as they are and tell nothing of it. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20);
IS_PLAIN[QUOTE] = IS_PLAIN[BACKSLASH] = IS_PLAIN[LAST_PLANE_HEAD] = 0;

/** As {@link JsonReader.isStringOrdinary} says it of a string. */
function isOrdinary(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xf000 || code > 0xffff;
}

/** Value of a hex digit of either case, -1 for everything else. */
function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}... (${text.length} characters)` : text;
}

function firstInvalid(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; ) {
    const byte = bytes[i]!;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    if (length > 1 && !isUtf8(bytes.subarray(i, Math.min(i + length, end)))) return i;
    i += length;
  }
  return end;
}
