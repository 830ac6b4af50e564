import type { WantedValue } from '../layout/canonical-message.ts';
import { KeyBytes } from '../layout/key-bytes.ts';
import { KIND_TAG } from '../layout/message-tags.ts';
import { MessageWalk } from '../layout/message-walk.ts';
import type { TableSchema } from '../layout/table-message.ts';
import { newRange, type ValueRange } from '../layout/value-range.ts';
import { type DeclaredKey, DeclaredKeys } from './declared-keys.ts';
import { LARGEST_ITEM, LONGEST_NAME } from './item-sense.ts';

/** Longer numbers are left to `ItemSense`: this many digits are read, and a sign and a point come on top. */
const LONGEST_NUMBER = 38;
/** Sets up to here are looked through. */
const FEW_ELEMENTS = 32;

const NOTHING = Buffer.alloc(0);

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Sees in place that there is nothing in an item for `ItemSense` to find, as is true of nearly all. Whatever is not plain is left to that.
 */
export class PlainSense extends MessageWalk {
  readonly #keys: ReadonlyArray<DeclaredKey | undefined>;
  readonly #wanted: readonly WantedValue[];
  /** Where the elements of a set begin and end. */
  readonly #elements = new Uint32Array(2 * FEW_ELEMENTS);
  readonly #number: ValueRange = { ...newRange(), kind: 'N' };
  /** Of the elements of a set. */
  readonly #numberKeys = new KeyBytes();

  /** @param wanted the values of key attributes in the message that is looked at, as `CanonicalMessage` finds them. */
  constructor(schema: TableSchema, wanted: readonly WantedValue[]) {
    super();
    const declared = new DeclaredKeys(schema);
    this.#wanted = wanted;
    this.#keys = wanted.map(({ name }) => declared.of(name));
  }

  /** Whether there is nothing to find in `bytes[0, length)`, a message that `CanonicalMessage` just read. */
  isPlain(bytes: Buffer, length: number): boolean {
    if (length > LARGEST_ITEM || !this.#areKeysPlain()) return false;
    this.begin(bytes, 0, length);
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
    while (this.at < end) {
      this.fieldEnd();
      const nameEnd = this.fieldEnd();
      const nameLength = nameEnd - this.at;
      if (nameLength === 0 || nameLength > LONGEST_NAME) return false;
      this.at = nameEnd;
      if (!this.#value(this.fieldEnd())) return false;
    }
    return true;
  }

  #value(end: number): boolean {
    const tag = this.bytes[this.at];
    switch (tag) {
      case KIND_TAG.N:
        return this.#isNumber(this.fieldEnd());
      case KIND_TAG.NULL:
        this.at = end;
        return this.bytes[end - 1] === 1;
      case KIND_TAG.SS:
      case KIND_TAG.BS:
        return this.#isSet(this.fieldEnd());
      case KIND_TAG.NS:
        return this.#isNumberSet(this.fieldEnd());
      case KIND_TAG.L:
        return this.#list(this.fieldEnd());
      case KIND_TAG.M:
        return this.#entries(this.fieldEnd());
      default:
        this.at = end;
        return true;
    }
  }

  #list(end: number): boolean {
    while (this.at < end) if (!this.#value(this.fieldEnd())) return false;
    return true;
  }

  /** Passes a number of digits, with or without sign and point, that is not long. */
  #isNumber(end: number): boolean {
    const { bytes } = this;
    const start = bytes[this.at] === MINUS ? this.at + 1 : this.at;
    this.at = end;
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
  #isSet(end: number): boolean {
    let count = 0;
    for (; this.at < end; count++) {
      const elementEnd = this.fieldEnd();
      if (count === FEW_ELEMENTS || this.#isRepeated(this.bytes, this.at, elementEnd, count)) return false;
      this.at = elementEnd;
    }
    return count > 0;
  }

  /** As {@link #isSet}, of numbers, which differ when their keys do. */
  #isNumberSet(end: number): boolean {
    const number = this.#number;
    const keys = this.#numberKeys;
    keys.begin(NOTHING);
    let count = 0;
    for (; this.at < end; count++) {
      number.end = this.fieldEnd();
      number.start = this.at;
      number.bytes = this.bytes;
      if (count === FEW_ELEMENTS || !this.#isNumber(number.end)) return false;
      const start = keys.length;
      if (!keys.appendPart(number) || this.#isRepeated(keys.bytes, start, keys.length, count)) return false;
    }
    return count > 0;
  }

  /** Whether an element has the same bytes as one of the `count` before it in its set; they are kept. */
  #isRepeated(bytes: Buffer, start: number, end: number, count: number): boolean {
    const ends = this.#elements;
    const length = end - start;
    for (let i = 0; i < count; i++) {
      const otherStart = ends[2 * i]!;
      if (ends[2 * i + 1]! - otherStart !== length) continue;
      let last = length - 1;
      while (last >= 0 && bytes[start + last] === bytes[otherStart + last]) last--;
      if (last < 0) return true;
    }
    ends[2 * count] = start;
    ends[2 * count + 1] = end;
    return false;
  }
}
