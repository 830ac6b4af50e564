import { isUtf8 } from 'node:buffer';
import { KIND_TAG, MAGIC, TAG } from './message-tags.ts';
import { SERVED_LEVELS } from './stored-value.ts';
import { newRange, type ValueRange } from './value-range.ts';

/** The value of an attribute that is looked for. */
export interface WantedValue extends ValueRange {
  readonly name: Buffer;
  /** Whether the item has the attribute: `key` with a value that can be a key, which is this one. */
  found: 'absent' | 'key' | 'other';
}

/**
 * Looks through the value of an item row without making an object of anything in it, as long as it is in the one form that servers
 * and encode write: names in ascending order, each once, everything in its shortest form, nothing that is unknown. Every other
 * message, also each that is wrong, is left to `readItemMessage`. docs/format/04-dynamodb.md, section 3.4.
 */
export class CanonicalMessage {
  readonly wanted: readonly WantedValue[];
  #bytes: Buffer = MAGIC;
  #at = 0;

  /** @param names of attributes of the item whose values are looked for, each once. */
  constructor(names: readonly Buffer[]) {
    this.wanted = names.map((name) => ({ ...newRange(), name, found: 'absent' }));
  }

  /**
   * Whether `bytes[start, end)` is such a message, of at most `SERVED_LEVELS` levels; then `wanted` says where values are, valid as
   * long as the bytes.
   */
  read(bytes: Buffer, start: number, end: number): boolean {
    const { wanted } = this;
    for (let i = 0; i < wanted.length; i++) wanted[i]!.found = 'absent';
    if (end - start < MAGIC.length) return false;
    for (let i = 0; i < MAGIC.length; i++) if (bytes[start + i] !== MAGIC[i]) return false;
    this.#bytes = bytes;
    this.#at = start + MAGIC.length;
    return this.#entries(end, 0);
  }

  /** As {@link read}, of a message that {@link read} has taken before: values are passed over. */
  readAgain(bytes: Buffer, start: number, end: number): boolean {
    const { wanted } = this;
    for (let i = 0; i < wanted.length; i++) wanted[i]!.found = 'absent';
    this.#bytes = bytes;
    this.#at = start + MAGIC.length;
    while (this.#at < end) {
      const entryEnd = this.#fieldEnd(TAG.entry, end);
      const nameEnd = this.#fieldEnd(TAG.name, entryEnd);
      const nameStart = this.#at;
      this.#at = nameEnd;
      if (nameEnd === NONE || this.#fieldEnd(TAG.value, entryEnd) !== entryEnd) return false;
      this.#notice(nameStart, nameEnd, this.#at, entryEnd);
      this.#at = entryEnd;
    }
    return true;
  }

  #entries(end: number, level: number): boolean {
    let lastStart = -1;
    let lastEnd = -1;
    while (this.#at < end) {
      const entryEnd = this.#fieldEnd(TAG.entry, end);
      const nameEnd = this.#fieldEnd(TAG.name, entryEnd);
      const nameStart = this.#at;
      if (nameEnd === NONE || !this.#isText(nameEnd)) return false;
      if (lastStart !== -1 && !this.#isBefore(lastStart, lastEnd, nameStart, nameEnd)) return false;
      lastStart = nameStart;
      lastEnd = nameEnd;
      if (this.#fieldEnd(TAG.value, entryEnd) !== entryEnd) return false;
      const valueStart = this.#at;
      if (!this.#value(entryEnd, level)) return false;
      if (level === 0) this.#notice(nameStart, nameEnd, valueStart, entryEnd);
    }
    return true;
  }

  /** The one field of a value that ends at `end`. */
  #value(end: number, level: number): boolean {
    const tag = this.#bytes[this.#at]!;
    if (tag === KIND_TAG.BOOL || tag === KIND_TAG.NULL) {
      const truth = this.#bytes[this.#at + 1]!;
      this.#at += 2;
      return this.#at === end && truth <= 1;
    }
    if (this.#fieldEnd(tag, end) !== end) return false;
    switch (tag) {
      case KIND_TAG.S:
      case KIND_TAG.N:
        return this.#isText(end);
      case KIND_TAG.B:
        this.#at = end;
        return true;
      case KIND_TAG.SS:
      case KIND_TAG.NS:
        return this.#texts(end);
      case KIND_TAG.BS:
        return this.#elements(end);
      case KIND_TAG.L:
        return level < SERVED_LEVELS && this.#list(end, level + 1);
      case KIND_TAG.M:
        return level < SERVED_LEVELS && this.#entries(end, level + 1);
      default:
        return false;
    }
  }

  #texts(end: number): boolean {
    while (this.#at < end) {
      const elementEnd = this.#fieldEnd(TAG.element, end);
      if (elementEnd === NONE || !this.#isText(elementEnd)) return false;
    }
    return true;
  }

  #elements(end: number): boolean {
    while (this.#at < end) {
      const elementEnd = this.#fieldEnd(TAG.element, end);
      if (elementEnd === NONE) return false;
      this.#at = elementEnd;
    }
    return true;
  }

  #list(end: number, level: number): boolean {
    while (this.#at < end) {
      const elementEnd = this.#fieldEnd(TAG.element, end);
      if (elementEnd === NONE || !this.#value(elementEnd, level)) return false;
    }
    return true;
  }

  /** Takes the tag and the length of a field of bytes, and gives where it ends; {@link NONE} when another one stands there. */
  #fieldEnd(tag: number, end: number): number {
    const bytes = this.#bytes;
    let at = this.#at;
    if (at >= end || bytes[at++] !== tag) return NONE;
    let length = 0;
    for (let scale = 1; ; scale *= 0x80) {
      if (at >= end || scale > LARGEST_SCALE) return NONE;
      const byte = bytes[at++]!;
      length += (byte & 0x7f) * scale;
      if (byte >= 0x80) continue;
      // A zero at the end of a number makes it longer than it need be.
      if (byte === 0 && scale > 1) return NONE;
      break;
    }
    this.#at = at;
    return length > end - at ? NONE : at + length;
  }

  /** Passes a text. */
  #isText(end: number): boolean {
    const bytes = this.#bytes;
    let at = this.#at;
    this.#at = end;
    while (at < end && bytes[at]! < 0x80) at++;
    return at === end || isUtf8(bytes.subarray(at, end));
  }

  #isBefore(aStart: number, aEnd: number, bStart: number, bEnd: number): boolean {
    const bytes = this.#bytes;
    const shared = Math.min(aEnd - aStart, bEnd - bStart);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[aStart + i]! - bytes[bStart + i]!;
      if (difference !== 0) return difference < 0;
    }
    return aEnd - aStart < bEnd - bStart;
  }

  /** Keeps the value of an attribute that is looked for. */
  #notice(nameStart: number, nameEnd: number, valueStart: number, valueEnd: number): void {
    const bytes = this.#bytes;
    const { wanted } = this;
    for (let i = 0; i < wanted.length; i++) {
      const attribute = wanted[i]!;
      if (!isName(attribute.name, bytes, nameStart, nameEnd)) continue;
      const tag = bytes[valueStart];
      const isKey = tag === KIND_TAG.S || tag === KIND_TAG.N || tag === KIND_TAG.B;
      attribute.found = isKey ? 'key' : 'other';
      if (!isKey) return;
      attribute.kind = tag === KIND_TAG.S ? 'S' : tag === KIND_TAG.N ? 'N' : 'B';
      attribute.bytes = bytes;
      attribute.start = afterLength(bytes, valueStart + 1);
      attribute.end = valueEnd;
      return;
    }
  }
}

const NONE = -1;
/** Lengths of four bytes. */
const LARGEST_SCALE = 0x80 ** 3;

function isName(name: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[start + i]) return false;
  return true;
}

/** Where the bytes of a field begin whose length stands at `at`. */
function afterLength(bytes: Buffer, at: number): number {
  let after = at;
  while (bytes[after]! >= 0x80) after++;
  return after + 1;
}
