import { TIMESTAMP_BYTES } from '../format/constants.ts';

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 96;
/** Keys where they stand are compared in words. */
const WORD = 4;

/** Bytes that stay where they are until {@link beforeMove} is called. */
export interface MovingBytes {
  beforeMove: (() => void) | undefined;
}

/**
 * Tells the newest version of each user key while entries pass in ascending order of encoded keys.
 *
 * Versions of one key are in order, newest first, but other keys may stand between them: key `a` at 90 and `a` at 50
 * enclose `a ff ff ff ff ff ff ff a6`. A key that was passed can come back only while it is a prefix of the encoded
 * key at hand, so it is enough to keep the lengths of such keys (docs/format/01-snapshot.md, section 6.2). Memory: one
 * encoded key and a short list.
 */
export class VersionFilter {
  /** The encoded key before: where it stands, or its copy. */
  #previous: Buffer;
  #previousStart = 0;
  #previousLength = -1;
  /** Room for the copy. */
  #room: Buffer = Buffer.alloc(1 << 10);
  readonly #isInPlace: boolean;
  #viewed: Buffer = this.#room;
  #view = new DataView(this.#room.buffer, this.#room.byteOffset, this.#room.length);
  /** Bytes at the start of the entry's encoded key that the one before it has too. */
  shared = 0;
  /** Lengths, ascending, of user keys that were passed and are prefixes of the previous encoded key. */
  readonly #kept: number[] = [];

  /** @param moving where all keys stand; a key is copied only when it goes. Default: each is copied. */
  constructor(moving?: MovingBytes) {
    this.#previous = this.#room;
    this.#isInPlace = moving !== undefined;
    if (moving !== undefined) moving.beforeMove = () => this.#copy(0);
  }

  /**
   * Takes the entry with the user key `bytes[start, end)` and its timestamp after it.
   *
   * @returns `newest` or `superseded`; `disorder` when the entry is not above its predecessor, then the filter is void.
   */
  pass(bytes: Buffer, start: number, end: number): 'newest' | 'superseded' | 'disorder' {
    const length = end + TIMESTAMP_BYTES - start;
    const shared = this.#sharedPrefix(bytes, start, length);
    this.shared = shared;
    if (!this.#ascends(bytes, start, length, shared)) return 'disorder';
    const kept = this.#kept;
    while (kept.length > 0 && kept[kept.length - 1]! > shared) kept.pop();
    const copied = this.#previous === this.#room ? shared : 0;
    this.#previous = bytes;
    this.#previousStart = start;
    this.#previousLength = length;
    if (!this.#isInPlace) this.#copy(copied);
    return this.#keep(end - start) ? 'newest' : 'superseded';
  }

  #sharedPrefix(bytes: Buffer, start: number, length: number): number {
    const previous = this.#previous;
    const previousStart = this.#previousStart;
    const limit = Math.min(length, this.#previousLength);
    let shared = previous === bytes ? this.#sharedWords(bytes, previousStart, start, limit) : 0;
    while (shared < limit && previous[previousStart + shared] === bytes[start + shared]) shared++;
    return shared;
  }

  /** Bytes in whole words that are the same at two places. */
  #sharedWords(bytes: Buffer, a: number, b: number, limit: number): number {
    if (this.#viewed !== bytes) {
      this.#viewed = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    const view = this.#view;
    const last = limit - WORD;
    let shared = 0;
    while (shared <= last && view.getInt32(a + shared) === view.getInt32(b + shared)) shared += WORD;
    return shared;
  }

  #ascends(bytes: Buffer, start: number, length: number, shared: number): boolean {
    if (shared === this.#previousLength) return length > shared;
    if (this.#previousLength === -1) return true;
    return shared < length && bytes[start + shared]! > this.#previous[this.#previousStart + shared]!;
  }

  /** @param copied bytes at the start of the key that are in the room already. */
  #copy(copied: number): void {
    const bytes = this.#previous;
    const start = this.#previousStart;
    const length = this.#previousLength;
    if (length > this.#room.length) {
      const wider = Buffer.alloc(length * 2);
      this.#room.copy(wider, 0, 0, copied);
      this.#room = wider;
    }
    const room = this.#room;
    if (length - copied > SHORT) bytes.copy(room, copied, start + copied, start + length);
    else for (let i = copied; i < length; i++) room[i] = bytes[start + i]!;
    this.#previous = room;
    this.#previousStart = 0;
  }

  /** Keeps the length in its place; false when it is there already. */
  #keep(length: number): boolean {
    const kept = this.#kept;
    let place = kept.length;
    while (place > 0 && kept[place - 1]! > length) place--;
    if (place > 0 && kept[place - 1] === length) return false;
    if (place === kept.length) kept.push(length);
    else kept.splice(place, 0, length);
    return true;
  }
}
