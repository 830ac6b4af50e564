import type { WantedValue } from '../layout/canonical-message.ts';
import { KIND_TAG, MAGIC } from '../layout/message-tags.ts';
import type { TableSchema } from '../layout/table-message.ts';
import { type DeclaredKey, DeclaredKeys } from './declared-keys.ts';
import { LARGEST_ITEM, LONGEST_NAME } from './item-sense.ts';

/** Longer numbers are left to `ItemSense`: this many digits are read, and a sign and a point come on top. */
const LONGEST_NUMBER = 38;
/** Sets up to here are looked through. */
const FEW_ELEMENTS = 12;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Sees in place that there is nothing in an item for `ItemSense` to find, as is true of nearly all. Whatever is not plain is left to that.
 */
export class PlainSense {
  readonly #keys: ReadonlyArray<DeclaredKey | undefined>;
  readonly #wanted: readonly WantedValue[];
  #bytes: Buffer = MAGIC;
  #at = 0;
  /** Where the elements of a set begin and end. */
  readonly #elements = new Uint32Array(2 * FEW_ELEMENTS);

  /** @param wanted the values of key attributes in the message that is looked at, as `CanonicalMessage` finds them. */
  constructor(schema: TableSchema, wanted: readonly WantedValue[]) {
    const declared = new DeclaredKeys(schema);
    this.#wanted = wanted;
    this.#keys = wanted.map(({ name }) => declared.of(name));
  }

  /** Whether there is nothing to find in `bytes[0, length)`, a message that `CanonicalMessage` just read. */
  isPlain(bytes: Buffer, length: number): boolean {
    if (length > LARGEST_ITEM || !this.#areKeysPlain()) return false;
    this.#bytes = bytes;
    this.#at = MAGIC.length;
    return this.#entries(length);
  }

  #areKeysPlain(): boolean {
    for (let i = 0; i < this.#keys.length; i++) {
      const key = this.#keys[i];
      const { found, kind, start, end } = this.#wanted[i]!;
      if (found === 'absent' || key === undefined) continue;
      if (found === 'other' || (key.type !== undefined && key.type !== kind)) return false;
      if (kind !== 'N' && (start === end || end - start > key.longest)) return false;
    }
    return true;
  }

  #entries(end: number): boolean {
    while (this.#at < end) {
      this.#fieldEnd();
      const nameEnd = this.#fieldEnd();
      const nameLength = nameEnd - this.#at;
      if (nameLength === 0 || nameLength > LONGEST_NAME) return false;
      this.#at = nameEnd;
      if (!this.#value(this.#fieldEnd())) return false;
    }
    return true;
  }

  #value(end: number): boolean {
    const tag = this.#bytes[this.#at];
    switch (tag) {
      case KIND_TAG.N:
        return this.#isNumber(this.#fieldEnd());
      case KIND_TAG.NULL:
        this.#at = end;
        return this.#bytes[end - 1] === 1;
      case KIND_TAG.SS:
      case KIND_TAG.BS:
        return this.#isSet(this.#fieldEnd(), false);
      case KIND_TAG.NS:
        return this.#isSet(this.#fieldEnd(), true);
      case KIND_TAG.L:
        return this.#list(this.#fieldEnd());
      case KIND_TAG.M:
        return this.#entries(this.#fieldEnd());
      default:
        this.#at = end;
        return true;
    }
  }

  #list(end: number): boolean {
    while (this.#at < end) if (!this.#value(this.#fieldEnd())) return false;
    return true;
  }

  /** Passes a number of digits, with or without sign and point, that is not long. */
  #isNumber(end: number): boolean {
    const bytes = this.#bytes;
    const start = bytes[this.#at] === MINUS ? this.#at + 1 : this.#at;
    this.#at = end;
    let hasPoint = false;
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (byte === POINT && !hasPoint) hasPoint = true;
      else if (byte < ZERO || byte > NINE) return false;
    }
    const digits = end - start - (hasPoint ? 1 : 0);
    return digits > 0 && digits <= LONGEST_NUMBER;
  }

  /** Passes a set of few elements that all differ. */
  #isSet(end: number, ofNumbers: boolean): boolean {
    const elements = this.#elements;
    let count = 0;
    for (; this.#at < end; count += 2) {
      const elementEnd = this.#fieldEnd();
      if (count === elements.length) return false;
      elements[count] = this.#at;
      elements[count + 1] = elementEnd;
      if (ofNumbers && !(this.#isShortest(this.#at, elementEnd) && this.#isNumber(elementEnd))) return false;
      this.#at = elementEnd;
      for (let i = 0; i < count; i += 2) if (this.#isSame(i, count)) return false;
    }
    return count > 0;
  }

  /** Whether a number has no zeros that it does not need, so that it is another one than all that are written otherwise. */
  #isShortest(start: number, end: number): boolean {
    const bytes = this.#bytes;
    const first = bytes[start] === MINUS ? start + 1 : start;
    let point = first;
    while (point < end && bytes[point] !== POINT) point++;
    const isWhole = point === end;
    if (bytes[first] === ZERO && (isWhole ? end - start > 1 : point !== first + 1)) return false;
    return isWhole || (point > first && bytes[end - 1]! > ZERO);
  }

  /** Whether two elements have the same bytes. Elements differ soon. */
  #isSame(a: number, b: number): boolean {
    const bytes = this.#bytes;
    const elements = this.#elements;
    const aStart = elements[a]!;
    const bStart = elements[b]!;
    const length = elements[b + 1]! - bStart;
    if (elements[a + 1]! - aStart !== length) return false;
    for (let i = length - 1; i >= 0; i--) if (bytes[aStart + i] !== bytes[bStart + i]) return false;
    return true;
  }

  /** Takes the tag and the length of a field of bytes, and gives where it ends. */
  #fieldEnd(): number {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    let length = 0;
    let byte = 0x80;
    for (let scale = 1; byte >= 0x80; scale *= 0x80) {
      byte = bytes[at++]!;
      length += (byte & 0x7f) * scale;
    }
    this.#at = at;
    return at + length;
  }
}
