import type { ValueRange } from './value-range.ts';

const FIRST_SIZE = 256;
/** A number in plain digits up to here has a scale of one byte. */
const LONGEST_PLAIN = 64;
/** Bytes of a part beside those of its value: sign and scale of a number, and the end. */
const BESIDE_VALUE = 8;

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Builds keys of their parts, see `keyPart`, in one buffer that is used key after key. */
export class KeyBytes {
  bytes: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  length = 0;

  /** Begins a key, which starts with these bytes. */
  begin(head: Buffer): void {
    this.length = 0;
    this.append(head, 0, head.length);
  }

  /** Bytes as they are. */
  append(bytes: Buffer, start: number, end: number): void {
    this.#reserve(end - start);
    const into = this.bytes;
    let at = this.length;
    for (let i = start; i < end; i++) into[at++] = bytes[i]!;
    this.length = at;
  }

  /** Takes off all after the first bytes. @param length not above the length so far. */
  cutTo(length: number): void {
    this.length = length;
  }

  /**
   * Appends the part of a value; false for an N that is not in plain digits with or without a point, whether or not it is a number:
   * then the key is worth nothing.
   */
  appendPart({ kind, bytes, start, end }: ValueRange): boolean {
    this.#reserve(2 * (end - start + BESIDE_VALUE));
    if (kind === 'N') return this.#plainNumber(bytes, start, end);
    this.#escaped(bytes, start, end);
    this.#end();
    return true;
  }

  /** Whether the key is `bytes[start, end)`. */
  equals(bytes: Buffer, start: number, end: number): boolean {
    const { length } = this;
    if (length !== end - start) return false;
    const own = this.bytes;
    for (let i = 0; i < length; i++) if (own[i] !== bytes[start + i]) return false;
    return true;
  }

  /** The key, valid until the next one is begun. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  #escaped(bytes: Buffer, start: number, end: number): void {
    const into = this.bytes;
    let at = this.length;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      into[at++] = byte;
      if (byte === 0) into[at++] = 0xff;
    }
    this.length = at;
  }

  /** What `numberKey` gives for a number without an exponent, as nearly all are; false for every other text. */
  #plainNumber(bytes: Buffer, start: number, end: number): boolean {
    if (end - start > LONGEST_PLAIN) return false;
    const sign = bytes[start];
    const digitsAt = end > start && (sign === MINUS || sign === PLUS) ? start + 1 : start;
    let point = end;
    let first = end;
    let last = end;
    for (let i = digitsAt; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === POINT && point === end) point = i;
      else if (byte < DIGIT_0 || byte > DIGIT_9) return false;
      else if (byte > DIGIT_0) {
        last = i;
        if (first === end) first = i;
      }
    }
    if (end - digitsAt - (point === end ? 0 : 1) === 0) return false;
    if (first === end) this.#put(0x01);
    else this.#significant(bytes, { first, last, point, isNegative: sign === MINUS });
    this.#end();
    return true;
  }

  #significant(bytes: Buffer, { first, last, point, isNegative }: SignificantDigits): void {
    const mask = isNegative ? 0xff : 0;
    const scale = first < point ? point - first : point + 1 - first;
    this.#put(isNegative ? 0x00 : 0x02);
    if (scale === 0) this.#put(0x01 ^ mask);
    else {
      const inverted = scale < 0 ? 0xff : 0;
      this.#put((scale < 0 ? 0x00 : 0x02) ^ mask);
      this.#put(0x01 ^ inverted ^ mask);
      this.#put(Math.abs(scale) ^ inverted ^ mask);
    }
    this.#put(mask);
    for (let i = first; i <= last; i++) if (i !== point) this.#put(bytes[i]! ^ mask);
  }

  #put(byte: number): void {
    this.bytes[this.length++] = byte;
    if (byte === 0) this.bytes[this.length++] = 0xff;
  }

  #end(): void {
    this.bytes[this.length++] = 0x00;
    this.bytes[this.length++] = 0x01;
  }

  #reserve(length: number): void {
    const needed = this.length + length;
    if (needed <= this.bytes.length) return;
    const wider = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(wider, 0, 0, this.length);
    this.bytes = wider;
  }
}

/** Offsets of the first and the last digit that is not 0, and of the point, or of where it would stand. */
interface SignificantDigits {
  readonly first: number;
  readonly last: number;
  readonly point: number;
  readonly isNegative: boolean;
}
