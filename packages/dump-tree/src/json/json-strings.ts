import { isUtf8 } from 'node:buffer';
import { BYTE, hexDigit } from './characters.ts';
import { NameTexts } from './field-names.ts';
import type { JsonText } from './json-text.ts';
import { repairedUtf8 } from './repaired-utf8.ts';

const { BACKSLASH, COLON, QUOTE } = BYTE;

/** Bytes that are taken at once for strings without their escapes. */
const ROOM = 1 << 16;
/** In a text up to here room for all that is left of it is no waste, and it need not be known where a string ends. */
const SHORT_TEXT = 1 << 10;

/** First byte of U+F000 to U+FFFF. */
const LAST_PLANE_HEAD = 0xef;

/** The strings of a {@link JsonText}: UTF-8 without escapes. */
export class JsonStrings {
  readonly #text: JsonText;
  readonly #isStrict: boolean;
  /** The string taken last, without its escapes: in the file, or in the room for strings that have some. */
  in: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** See `JsonReader.isStringOrdinary`. */
  isOrdinary = true;
  /** Strings that were repaired so far. */
  repaired = 0;
  /** Room for strings without their escapes. It is never used again, as they may be kept. */
  #room: Buffer = this.in;
  #roomUsed = 0;
  readonly #names = new NameTexts();

  constructor(text: JsonText, isStrict: boolean) {
    this.#text = text;
    this.#isStrict = isStrict;
  }

  /** Takes a string and gives its UTF-8: a view into the file when it has no escapes, repaired where that is allowed. */
  bytes(what: string): Buffer {
    this.take(what);
    const bytes = this.in.subarray(this.start, this.end);
    return this.#text.isUtf8 || isUtf8(bytes) ? bytes : this.#repair(bytes);
  }

  /** The name of a field that begins at the next byte; the colon after it is taken too. */
  fieldName(): string {
    const text = this.#text;
    const known = this.#names.takeExpected(text.bytes, text.at, text.end);
    if (known !== -1) {
      text.valueAt = text.at;
      text.at = known;
      return this.#names.text;
    }
    if (text.bytes[text.at] !== QUOTE || text.at >= text.end)
      text.failAt(text.at, 'a field name in double quotes is missing');
    const name = text.isUtf8 ? this.#nameText() : this.bytes('this value').toString('utf8');
    text.space();
    if (text.take() !== COLON) text.failAt(text.at - 1, 'a ":" is missing after the field name');
    return name;
  }

  #nameText(): string {
    const text = this.#text;
    text.valueAt = text.at;
    this.#takeHere();
    const isAsWritten = this.in === text.bytes;
    return isAsWritten
      ? this.#names.take(this.in, this.start, this.end)
      : this.in.toString('utf8', this.start, this.end);
  }

  /** Takes a string, as `in[start, end)`; its bytes may be no UTF-8 where the text is none. */
  take(what: string): void {
    this.#text.expect('string', what);
    this.#takeHere();
  }

  /** Takes the string that begins at the next byte. */
  #takeHere(): void {
    const text = this.#text;
    const { bytes, end } = text;
    const start = text.at + 1;
    this.isOrdinary = true;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (IS_PLAIN[byte] === 1) continue;
      if (byte === BACKSLASH) return this.#takeEscaped(start, i);
      if (byte === LAST_PLANE_HEAD) {
        this.isOrdinary = false;
        continue;
      }
      if (byte !== QUOTE) text.failAt(i, 'a control character in a string must be escaped');
      this.in = bytes;
      this.start = start;
      this.end = i;
      text.at = i + 1;
      return;
    }
    return text.failAt(start - 1, 'this string does not end');
  }

  #takeEscaped(start: number, firstEscape: number): void {
    const text = this.#text;
    const { bytes, end } = text;
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
        text.at = i + 1;
        this.in = room;
        this.start = first;
        this.end = this.#roomUsed = used;
        return;
      }
      if (byte === LAST_PLANE_HEAD) {
        this.isOrdinary = false;
        room[used++] = byte;
        i++;
        continue;
      }
      if (byte !== BACKSLASH) text.failAt(i, 'a control character in a string must be escaped');
      const simple = SIMPLE_ESCAPES[bytes[i + 1]!]!;
      if (simple !== 0) {
        if (!isOrdinary(simple)) this.isOrdinary = false;
        room[used++] = simple;
        i += 2;
        continue;
      }
      if (bytes[i + 1] !== 0x75) text.failAt(i, 'this escape is unknown');
      const unit = this.#hex(i);
      const isHigh = unit >= 0xd800 && unit < 0xdc00;
      const low = isHigh && bytes[i + 6] === BACKSLASH && bytes[i + 7] === 0x75 ? this.#hex(i + 6) : 0;
      if ((unit >= 0xdc00 && unit < 0xe000) || (isHigh && (low < 0xdc00 || low > 0xdfff))) {
        if (this.#isStrict) text.failAt(i, 'a lone surrogate escape stands for no character');
        this.repaired++;
        this.isOrdinary = false;
        used += room.write('\ufffd', used);
        i += 6;
        continue;
      }
      const code = isHigh ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : unit;
      if (!isOrdinary(code)) this.isOrdinary = false;
      if (code < 0x80) room[used++] = code;
      else used += room.write(String.fromCodePoint(code), used);
      i += isHigh ? 12 : 6;
    }
    text.failAt(start - 1, 'this string does not end');
  }

  #repair(bytes: Buffer): Buffer {
    this.repaired++;
    this.isOrdinary = false;
    return repairedUtf8(bytes);
  }

  #reserve(length: number): void {
    if (length <= this.#room.length - this.#roomUsed) return;
    this.#room = Buffer.allocUnsafeSlow(Math.max(length, ROOM));
    this.#roomUsed = 0;
  }

  /** Offset of the closing quote. */
  #closingQuote(from: number): number {
    const { bytes, end, valueAt } = this.#text;
    for (let i = from; i < end; i++) {
      if (bytes[i] === BACKSLASH) i++;
      else if (bytes[i] === QUOTE) return i;
    }
    return this.#text.failAt(valueAt, 'this string does not end');
  }

  #hex(at: number): number {
    const { bytes, end } = this.#text;
    let value = 0;
    for (let i = at + 2; i < at + 6; i++) {
      const digit = i < end ? hexDigit(bytes[i]!) : -1;
      if (digit === -1) this.#text.failAt(at, '"\\u" must be followed by four hex digits');
      value = (value << 4) | digit;
    }
    return value;
  }
}

/** By the byte after a backslash: what the two stand for, or 0. */
const SIMPLE_ESCAPES = new Uint8Array(256);
for (const [letter, byte] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  SIMPLE_ESCAPES[letter!.charCodeAt(0)] = byte!.charCodeAt(0);

/** 1 for bytes that stand in a string as they are and say nothing of it. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20);
IS_PLAIN[QUOTE] = IS_PLAIN[BACKSLASH] = IS_PLAIN[LAST_PLANE_HEAD] = 0;

/** As `JsonReader.isStringOrdinary` says it of a string. */
function isOrdinary(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xf000 || code > 0xffff;
}
