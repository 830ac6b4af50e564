import { KIND_TAG, MAGIC, TAG } from '../layout/message-tags.ts';
import { SERVED_LEVELS } from '../layout/stored-value.ts';
import { ItemTokens } from './item-tokens.ts';

/** Longer texts are left to `ItemReader`: no row that a server takes has one. */
const LONGEST_TEXT = 1 << 20;
const FIRST_SIZE = 1 << 12;
/** Bytes that a message has beside those that stand in its text: the beginning, and lengths that move. */
const BESIDE_TEXT = 64;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Makes the message of an item of its JSON without an object in between. What it gives is what `ItemReader` and `writeItemMessage` give
 * when `CanonicalMessage` reads it: of repeated fields, their order and UTF-8 it knows nothing. Every text in which something else is
 * unusual, or wrong, is left to these.
 */
export class JsonMessage {
  readonly #tokens = new ItemTokens();
  bytes: Buffer = Buffer.allocUnsafeSlow(FIRST_SIZE);
  length = 0;

  /** Whether `bytes[0, length)` is now the message of the item `text[start, end)`. */
  read(text: Buffer, start: number, end: number): boolean {
    if (end - start > LONGEST_TEXT) return false;
    // A field of a message is not longer than what stands for it, but for lengths of large ones.
    const room = 2 * (end - start) + BESIDE_TEXT;
    if (this.bytes.length < room) this.bytes = Buffer.allocUnsafeSlow(Math.max(room, 2 * this.bytes.length));
    this.bytes.set(MAGIC);
    this.length = MAGIC.length;
    const tokens = this.#tokens;
    tokens.begin(text, start, end);
    return tokens.take(OPEN_BRACE) && this.#entries(0) && tokens.isAtEnd();
  }

  /** Up to the brace that closes. */
  #entries(level: number): boolean {
    const tokens = this.#tokens;
    if (tokens.take(CLOSE_BRACE)) return true;
    do {
      const entry = this.#begin(TAG.entry);
      if (!this.#string(TAG.name) || !tokens.takeColon()) return false;
      const value = this.#begin(TAG.value);
      if (!this.#value(level)) return false;
      this.#end(value);
      this.#end(entry);
    } while (tokens.take(COMMA));
    return tokens.take(CLOSE_BRACE);
  }

  #value(level: number): boolean {
    const tokens = this.#tokens;
    if (!tokens.take(OPEN_BRACE)) return false;
    const tag = tokens.takeKind();
    return tokens.takeColon() && this.#content(tag, level) && tokens.take(CLOSE_BRACE);
  }

  #content(tag: number, level: number): boolean {
    switch (tag) {
      case KIND_TAG.S:
      case KIND_TAG.N:
        return this.#string(tag);
      case KIND_TAG.B:
        return this.#base64(tag);
      case KIND_TAG.BOOL:
      case KIND_TAG.NULL:
        return this.#truth(tag);
      case KIND_TAG.SS:
      case KIND_TAG.NS:
      case KIND_TAG.BS:
        return this.#set(tag);
      case KIND_TAG.L:
        return level < SERVED_LEVELS && this.#list(level + 1);
      case KIND_TAG.M:
        return level < SERVED_LEVELS && this.#map(level + 1);
      default:
        return false;
    }
  }

  #truth(tag: number): boolean {
    const truth = this.#tokens.takeTruth();
    if (truth === undefined) return false;
    this.bytes[this.length++] = tag;
    this.bytes[this.length++] = truth ? 1 : 0;
    return true;
  }

  #set(tag: number): boolean {
    const tokens = this.#tokens;
    const set = this.#begin(tag);
    if (!tokens.take(OPEN_BRACKET)) return false;
    if (!tokens.take(CLOSE_BRACKET)) {
      do {
        if (!(tag === KIND_TAG.BS ? this.#base64(TAG.element) : this.#string(TAG.element))) return false;
      } while (tokens.take(COMMA));
      if (!tokens.take(CLOSE_BRACKET)) return false;
    }
    this.#end(set);
    return true;
  }

  #list(level: number): boolean {
    const tokens = this.#tokens;
    const list = this.#begin(KIND_TAG.L);
    if (!tokens.take(OPEN_BRACKET)) return false;
    if (!tokens.take(CLOSE_BRACKET)) {
      do {
        const element = this.#begin(TAG.element);
        if (!this.#value(level)) return false;
        this.#end(element);
      } while (tokens.take(COMMA));
      if (!tokens.take(CLOSE_BRACKET)) return false;
    }
    this.#end(list);
    return true;
  }

  #map(level: number): boolean {
    const map = this.#begin(KIND_TAG.M);
    if (!this.#tokens.take(OPEN_BRACE) || !this.#entries(level)) return false;
    this.#end(map);
    return true;
  }

  #string(tag: number): boolean {
    if (!this.#tokens.take(QUOTE)) return false;
    const field = this.#begin(tag);
    return this.#endText(field, this.#tokens.takeString(this.bytes, this.length));
  }

  #base64(tag: number): boolean {
    if (!this.#tokens.take(QUOTE)) return false;
    const field = this.#begin(tag);
    return this.#endText(field, this.#tokens.takeBase64(this.bytes, this.length));
  }

  /** @param length of the message now; negative when it was no text. */
  #endText(field: number, length: number): boolean {
    if (length < 0) return false;
    this.length = length;
    this.#end(field);
    return true;
  }

  /** Begins a field of bytes: its tag, and room for a length of one byte, whose offset it gives. */
  #begin(tag: number): number {
    this.bytes[this.length++] = tag;
    return this.length++;
  }

  /** Writes the length of a field that ends here; where it takes more than a byte what follows is moved. */
  #end(lengthAt: number): void {
    const { bytes } = this;
    let length = this.length - lengthAt - 1;
    if (length < 0x80) {
      bytes[lengthAt] = length;
      return;
    }
    const more = length < 1 << 14 ? 1 : length < 1 << 21 ? 2 : 3;
    bytes.copyWithin(lengthAt + 1 + more, lengthAt + 1, this.length);
    this.length += more;
    let at = lengthAt;
    for (; length >= 0x80; length >>= 7) bytes[at++] = (length & 0x7f) | 0x80;
    bytes[at] = length;
  }
}
