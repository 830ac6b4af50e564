import { isUtf8 } from 'node:buffer';
import { BYTE } from './characters.ts';
import { validSequence } from './repaired-utf8.ts';

const { BACKSLASH, QUOTE } = BYTE;

const HEX = Buffer.from('0123456789abcdef');

/** What a byte of a JSON string needs. */
const PLAIN = 0;
const ESCAPE = 1;
/** First byte of U+2028 and U+2029, and of many others. */
const MAY_SEPARATE = 2;

function needs(alwaysEscaped: string): Uint8Array {
  const table = new Uint8Array(256).fill(ESCAPE, 0, 0x20);
  for (const character of alwaysEscaped) table[character.charCodeAt(0)] = ESCAPE;
  table[0xe2] = MAY_SEPARATE;
  return table;
}

const NEEDS = { html: needs('"\\<>&'), plain: needs('"\\') };

/** By byte: the character after a backslash; 0 for bytes that take the long form. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const [letter, byte] of ['""', '\\\\', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  SHORT_ESCAPES[byte!.charCodeAt(0)] = letter!.charCodeAt(0);

/** Up to here a loop is faster than a call into the runtime: of characters of a text, of bytes, and of bytes that are looked at anyway. */
const SHORT_TEXT = 8;
const SHORT_BYTES = 32;
const SHORT = 128;
/** `\\u0000`. */
const LONGEST_ESCAPE = 6;
const FIRST_SIZE = 1 << 16;
/** After a file larger than this the buffer is made anew. */
const KEEP_BELOW = 8 << 20;

/** A double below 2^53 is two halves of integers below 2^31. */
const HALF = 10_000_000;
const HALF_DIGITS = 7;

/**
 * Builds JSON text as bytes, in one buffer that is reused file after file. It knows strings and numbers; layout is the
 * caller's. Escapes: docs/format/02-dump-tree.md, section 2.1.
 */
export class JsonBytes {
  #bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  #used = 0;

  /** Starts a new text; what {@link view} gave before is void. */
  reset(): void {
    this.#used = 0;
    if (this.#bytes.length > KEEP_BELOW) this.#bytes = Buffer.allocUnsafeSlow(FIRST_SIZE);
  }

  /** ASCII text as it is. What is written again and again is fastest as bytes of its own. */
  text(ascii: string | Uint8Array): void {
    const at = this.#reserve(ascii.length);
    const bytes = this.#bytes;
    if (typeof ascii !== 'string') {
      if (ascii.length > SHORT_BYTES) bytes.set(ascii, at);
      else for (let i = 0; i < ascii.length; i++) bytes[at + i] = ascii[i]!;
    } else if (ascii.length > SHORT_TEXT) bytes.write(ascii, at, 'latin1');
    else for (let i = 0; i < ascii.length; i++) bytes[at + i] = ascii.charCodeAt(i);
  }

  /** Bytes as they are. */
  raw(bytes: Buffer, start: number, end: number): void {
    const at = this.#reserve(end - start);
    bytes.copy(this.#bytes, at, start, end);
  }

  integer(value: bigint | number): void {
    const number = Number(value);
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#digits(number);
    else this.text(String(value));
  }

  /** The digits of a safe integer that is not negative, in two halves: division of small integers is the fastest. */
  #digits(value: number): void {
    const high = Math.floor(value / HALF);
    const low = value - high * HALF;
    if (high > 0) {
      this.#shortDigits(high, digitCount(high));
      this.#shortDigits(low, HALF_DIGITS);
    } else this.#shortDigits(low, digitCount(low));
  }

  #shortDigits(value: number, count: number): void {
    const at = this.#reserve(count);
    const bytes = this.#bytes;
    let left = value;
    for (let i = at + count - 1; i >= at; i--) {
      const tenth = (left / 10) | 0;
      bytes[i] = 0x30 + left - tenth * 10;
      left = tenth;
    }
  }

  /**
   * A JSON string, quotes included, of the valid UTF-8 bytes `bytes[start, end)`.
   *
   * @param escapes `html` also escapes `<`, `>` and `&`.
   */
  string(bytes: Buffer, start: number, end: number, escapes: 'html' | 'plain'): void {
    const needs = NEEDS[escapes];
    let at = this.#reserve(end - start + 2);
    let into = this.#bytes;
    into[at++] = QUOTE;
    for (let i = start; i < end; ) {
      const shortEnd = Math.min(end, i + SHORT);
      let need = PLAIN;
      for (; i < shortEnd; i++) {
        const byte = bytes[i]!;
        need = needs[byte]!;
        if (need !== PLAIN) break;
        into[at++] = byte;
      }
      if (need === PLAIN) {
        if (i === end) break;
        const runEnd = plainEnd(bytes, i, end, needs);
        at += bytes.copy(into, at, i, runEnd);
        i = runEnd;
      } else if (need === MAY_SEPARATE && !isSeparator(bytes, i)) into[at++] = bytes[i++]!;
      else {
        const code = need === ESCAPE ? bytes[i]! : 0x2000 | (bytes[i + 2]! & 0x3f);
        i += need === ESCAPE ? 1 : 3;
        const left = LONGEST_ESCAPE + end - i + 1;
        if (at + left > into.length) {
          this.#used = at;
          this.#reserve(left);
          into = this.#bytes;
        }
        at = writeEscape(into, at, code);
      }
    }
    into[at++] = QUOTE;
    this.#used = at;
  }

  /** As {@link string}, of any bytes: each that is no part of valid UTF-8 becomes the six characters `\\ufffd`. */
  lossyString(bytes: Buffer, start: number, end: number, escapes: 'html' | 'plain'): void {
    if (isValidUtf8(bytes, start, end)) return this.string(bytes, start, end, escapes);
    this.text('"');
    for (let at = start; at < end; ) {
      let valid = at;
      for (let length = -1; length !== 0 && valid < end; valid += length) length = validSequence(bytes, valid, end);
      if (valid > at) this.#inner(bytes, at, valid, escapes);
      if (valid < end) this.text('\\ufffd');
      at = valid + 1;
    }
    this.text('"');
  }

  /** A string without its quotes. */
  #inner(bytes: Buffer, start: number, end: number, escapes: 'html' | 'plain'): void {
    const from = this.#used;
    this.string(bytes, start, end, escapes);
    this.#bytes.copyWithin(from, from + 1, this.#used - 1);
    this.#used -= 2;
  }

  /** Base64, quotes included: in the URL alphabet without padding, or in the standard one with it. */
  base64(bytes: Buffer, start: number, end: number, alphabet: 'base64url' | 'base64' = 'base64url'): void {
    const text = bytes.toString(alphabet, start, end);
    const at = this.#reserve(text.length + 2);
    this.#bytes[at] = QUOTE;
    this.#bytes.write(text, at + 1, 'latin1');
    this.#bytes[at + 1 + text.length] = QUOTE;
  }

  /** The text so far; valid until the next write or reset. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#used);
  }

  /** As {@link view}, copied to a place. */
  copyTo(into: Buffer, at: number): void {
    this.#bytes.copy(into, at, 0, this.#used);
  }

  get length(): number {
    return this.#used;
  }

  #reserve(length: number): number {
    const at = this.#used;
    const needed = at + length;
    if (needed > this.#bytes.length) {
      const wider = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(wider, 0, 0, at);
      this.#bytes = wider;
    }
    this.#used = needed;
    return at;
  }
}

/** Decimal digits of an integer from 0 to 2^31. */
function digitCount(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}

function plainEnd(bytes: Buffer, start: number, end: number, needs: Uint8Array): number {
  let at = start;
  while (at < end && needs[bytes[at]!] === PLAIN) at++;
  return at;
}

function isSeparator(bytes: Buffer, at: number): boolean {
  return bytes[at + 1] === 0x80 && (bytes[at + 2] === 0xa8 || bytes[at + 2] === 0xa9);
}

/** Gives the end of the escape. */
function writeEscape(into: Buffer, at: number, code: number): number {
  into[at] = BACKSLASH;
  const short = SHORT_ESCAPES[code] ?? 0;
  if (short !== 0) {
    into[at + 1] = short;
    return at + 2;
  }
  into[at + 1] = 0x75;
  for (let digit = 0; digit < 4; digit++) into[at + 2 + digit] = HEX[(code >> (12 - 4 * digit)) & 15]!;
  return at + LONGEST_ESCAPE;
}

/** Whether `bytes[start, end)` is strictly valid UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF. */
export function isValidUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return isUtf8(bytes.subarray(i, end));
  }
  return true;
}
