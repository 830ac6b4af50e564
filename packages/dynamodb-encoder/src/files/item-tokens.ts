import { KIND_TAG } from '../layout/message-tags.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const PAD = 0x3d;

const NO_BYTES = Buffer.alloc(0);
/** No text stands there, or one that is unusual. */
const NO_TEXT = -1;
/** No kind of value. */
const NO_KIND = 0;
/** No number of a byte. */
const NONE = 0xff;

/** 1 for bytes that stand in a string as they are. */
const IS_PLAIN = new Uint8Array(256).fill(1, 0x20);
IS_PLAIN[QUOTE] = IS_PLAIN[BACKSLASH] = 0;

/** By the byte after a backslash: what the two stand for, or 0. */
const SIMPLE_ESCAPES = new Uint8Array(256);
for (const [letter, byte] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  SIMPLE_ESCAPES[letter!.charCodeAt(0)] = byte!.charCodeAt(0);

const BASE64_BITS = numbersOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const HEX_BITS = numbersOf('0123456789abcdef');
for (let i = 10; i < 16; i++) HEX_BITS['ABCDEF'.charCodeAt(i - 10)] = i;

/** By byte: its place in the alphabet, or {@link NONE}. */
function numbersOf(alphabet: string): Uint8Array {
  const numbers = new Uint8Array(256).fill(NONE);
  for (let i = 0; i < alphabet.length; i++) numbers[alphabet.charCodeAt(i)] = i;
  return numbers;
}

/**
 * Takes the JSON of an item apart, token by token; what is not the token that is asked for is seen and not judged. A token may have white
 * space before it. docs/format/04-dynamodb.md, section 7.1.
 */
export class ItemTokens {
  #text: Buffer = NO_BYTES;
  #at = 0;
  #end = 0;

  /** Starts on `text[start, end)`. */
  begin(text: Buffer, start: number, end: number): void {
    this.#text = text;
    this.#at = start;
    this.#end = end;
  }

  /** Takes one byte when it is the next one. */
  take(byte: number): boolean {
    if (this.#next() !== byte) return false;
    this.#at++;
    return true;
  }

  /** The colon after the name of a field. */
  takeColon(): boolean {
    return this.take(COLON);
  }

  isAtEnd(): boolean {
    return this.#next() === NO_TEXT;
  }

  /** The name of a kind, as the tag of its field; {@link NO_KIND} when there is none. */
  takeKind(): number {
    if (this.#next() !== QUOTE) return NO_KIND;
    const text = this.#text;
    const at = this.#at + 1;
    const first = text[at]!;
    const second = text[at + 1]!;
    const length = second === QUOTE ? 1 : text[at + 2] === QUOTE ? 2 : 4;
    this.#at = at + length + 1;
    if (this.#at > this.#end) return NO_KIND;
    if (length === 1) return KINDS_OF_ONE_LETTER[first]!;
    if (length === 2) return second === LETTER_S ? SETS[first]! : NO_KIND;
    if (this.#isWord(at, BOOL)) return KIND_TAG.BOOL;
    return this.#isWord(at, NULL) ? KIND_TAG.NULL : NO_KIND;
  }

  takeTruth(): boolean | undefined {
    this.#next();
    if (this.#isWord(this.#at, TRUE)) {
      this.#at += TRUE.length;
      return true;
    }
    if (!this.#isWord(this.#at, FALSE)) return undefined;
    this.#at += FALSE.length;
    return false;
  }

  /**
   * The rest of a string after its first quote: writes what it stands for to `into` and gives where that ends; {@link NO_TEXT} when
   * something is unusual. It may be no UTF-8.
   *
   * @param into with room for all of the text.
   */
  takeString(into: Buffer, from: number): number {
    const text = this.#text;
    const end = this.#end;
    let used = from;
    let at = this.#at;
    while (at < end) {
      const byte = text[at]!;
      if (IS_PLAIN[byte] === 1) {
        into[used++] = byte;
        at++;
      } else if (byte === QUOTE) {
        this.#at = at + 1;
        return used;
      } else if (byte !== BACKSLASH) return NO_TEXT;
      else if (text[at + 1] !== LETTER_U) {
        const simple = SIMPLE_ESCAPES[text[at + 1]!] ?? 0;
        if (simple === 0) return NO_TEXT;
        into[used++] = simple;
        at += 2;
      } else {
        used = writeUnit(this.#hexUnit(at + 2), into, used);
        if (used === NO_TEXT) return NO_TEXT;
        at += 6;
      }
    }
    return NO_TEXT;
  }

  /** As {@link takeString}, of bytes in the standard alphabet with padding and without line breaks. */
  takeBase64(into: Buffer, from: number): number {
    const text = this.#text;
    const end = this.#end;
    let used = from;
    let at = this.#at;
    for (; at + 4 < end && text[at] !== QUOTE; at += 4) {
      const high = (BASE64_BITS[text[at]!]! << 8) | BASE64_BITS[text[at + 1]!]!;
      let third = BASE64_BITS[text[at + 2]!]!;
      let fourth = BASE64_BITS[text[at + 3]!]!;
      let bytes = 3;
      if (text[at + 3] === PAD && text[at + 4] === QUOTE) {
        fourth = 0;
        bytes = 2;
        if (text[at + 2] === PAD) {
          third = 0;
          bytes = 1;
        }
      }
      if (((high | (high >> 8) | third | fourth) & 0xc0) !== 0) return NO_TEXT;
      const bits = ((high >> 8) << 18) | ((high & 0x3f) << 12) | (third << 6) | fourth;
      into[used++] = bits >> 16;
      if (bytes > 1) into[used++] = bits >> 8;
      if (bytes > 2) into[used++] = bits;
    }
    if (at >= end || text[at] !== QUOTE) return NO_TEXT;
    this.#at = at + 1;
    return used;
  }

  /** Passes white space and gives the byte after it; {@link NO_TEXT} at the end. */
  #next(): number {
    const text = this.#text;
    const end = this.#end;
    let at = this.#at;
    while (at < end) {
      const byte = text[at]!;
      if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) {
        this.#at = at;
        return byte;
      }
      at++;
    }
    this.#at = at;
    return NO_TEXT;
  }

  #isWord(at: number, word: Buffer): boolean {
    if (at + word.length > this.#end) return false;
    for (let i = 0; i < word.length; i++) if (this.#text[at + i] !== word[i]) return false;
    return true;
  }

  /** The number in four hex digits; {@link NO_TEXT} when they are none. */
  #hexUnit(at: number): number {
    if (at + 4 > this.#end) return NO_TEXT;
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      const bits = HEX_BITS[this.#text[at + i]!]!;
      if (bits === NONE) return NO_TEXT;
      unit = (unit << 4) | bits;
    }
    return unit;
  }
}

/** Writes the UTF-8 of a UTF-16 unit and gives its end; {@link NO_TEXT} for a half of a character. */
function writeUnit(unit: number, into: Buffer, at: number): number {
  if (unit === NO_TEXT || (unit >= 0xd800 && unit < 0xe000)) return NO_TEXT;
  if (unit < 0x80) {
    into[at] = unit;
    return at + 1;
  }
  if (unit < 0x800) {
    into[at] = 0xc0 | (unit >> 6);
    into[at + 1] = 0x80 | (unit & 0x3f);
    return at + 2;
  }
  into[at] = 0xe0 | (unit >> 12);
  into[at + 1] = 0x80 | ((unit >> 6) & 0x3f);
  into[at + 2] = 0x80 | (unit & 0x3f);
  return at + 3;
}

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const BOOL = Buffer.from('BOOL"');
const NULL = Buffer.from('NULL"');

const LETTER_S = 0x53;
/** Tags by letter. */
const KINDS_OF_ONE_LETTER = tagsByLetter({ S: KIND_TAG.S, N: KIND_TAG.N, B: KIND_TAG.B, L: KIND_TAG.L, M: KIND_TAG.M });
/** Tags by the letter before the S. */
const SETS = tagsByLetter({ S: KIND_TAG.SS, N: KIND_TAG.NS, B: KIND_TAG.BS });

function tagsByLetter(tags: Readonly<Record<string, number>>): Uint8Array {
  const byLetter = new Uint8Array(256);
  for (const [letter, tag] of Object.entries(tags)) byLetter[letter.charCodeAt(0)] = tag;
  return byLetter;
}
