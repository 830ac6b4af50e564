import { isUtf8 } from 'node:buffer';
import { validSequence } from './repaired-utf8.ts';

/** What a byte of a JSON string needs: 0 = nothing, 1 = always an escape, 2 = one in HTML-safe text, 3 = first byte of U+2028/9. */
const ESCAPE_KIND = new Uint8Array(256);
ESCAPE_KIND.fill(1, 0, 0x20);
ESCAPE_KIND[0x22] = ESCAPE_KIND[0x5c] = 1;
ESCAPE_KIND[0x3c] = ESCAPE_KIND[0x3e] = ESCAPE_KIND[0x26] = 2;
ESCAPE_KIND[0xe2] = 3;

const SHORT_ESCAPES: Record<number, string> = {
  34: '\\"',
  92: '\\\\',
  8: '\\b',
  12: '\\f',
  10: '\\n',
  13: '\\r',
  9: '\\t',
};

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 64;
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

  /** ASCII text as it is. */
  text(ascii: string): void {
    const at = this.#reserve(ascii.length);
    const bytes = this.#bytes;
    if (ascii.length > SHORT) bytes.write(ascii, at, 'latin1');
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
    let at = this.#reserve(end - start + 2);
    this.#bytes[at++] = 0x22;
    const plainEnd = end - start > SHORT ? start : this.#copyPlain(bytes, start, end, at);
    at += plainEnd - start;
    let copied = plainEnd;
    for (let i = plainEnd; i < end; i++) {
      const kind = ESCAPE_KIND[bytes[i]!]!;
      if (kind === 0) continue;
      const written = escapeAt(bytes, i, kind, escapes);
      if (written === undefined) continue;
      at += bytes.copy(this.#bytes, at, copied, i);
      this.#used = at;
      copied = i + (kind === 3 ? 3 : 1);
      at = this.#reserve(written.length + end - copied + 1);
      this.#bytes.write(written, at, 'latin1');
      at += written.length;
    }
    if (copied < end) at += bytes.copy(this.#bytes, at, copied, end);
    this.#bytes[at++] = 0x22;
    this.#used = at;
  }

  /** Copies bytes up to the first that may need an escape, and gives its index, or `end`. */
  #copyPlain(bytes: Buffer, start: number, end: number, at: number): number {
    const into = this.#bytes;
    let i = start;
    for (let to = at; i < end; i++, to++) {
      const byte = bytes[i]!;
      if (ESCAPE_KIND[byte] !== 0) break;
      into[to] = byte;
    }
    return i;
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
    this.#bytes[at] = 0x22;
    this.#bytes.write(text, at + 1, 'latin1');
    this.#bytes[at + 1 + text.length] = 0x22;
  }

  /** The text so far; valid until the next write or reset. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#used);
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

function escapeAt(bytes: Buffer, at: number, kind: number, escapes: 'html' | 'plain'): string | undefined {
  const byte = bytes[at]!;
  if (kind === 1) return SHORT_ESCAPES[byte] ?? unicodeEscape(byte);
  if (kind === 2) return escapes === 'html' ? unicodeEscape(byte) : undefined;
  const isSeparator = bytes[at + 1] === 0x80 && (bytes[at + 2] === 0xa8 || bytes[at + 2] === 0xa9);
  return isSeparator ? unicodeEscape(0x2000 | (bytes[at + 2]! & 0x3f)) : undefined;
}

function unicodeEscape(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Whether `bytes[start, end)` is strictly valid UTF-8: no surrogates, no overlong forms, nothing above U+10FFFF. */
export function isValidUtf8(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i]! >= 0x80) return isUtf8(bytes.subarray(i, end));
  }
  return true;
}
