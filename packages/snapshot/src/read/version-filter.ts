import { TIMESTAMP_BYTES } from '../format/constants.ts';

/** Up to here a loop is faster than a call into the runtime. */
const SHORT = 96;

/**
 * Tells the newest version of each user key while entries pass in ascending order of encoded keys.
 *
 * Versions of one key are in order, newest first, but other keys may stand between them: key `a` at 90 and `a` at 50
 * enclose `a ff ff ff ff ff ff ff a6`. A key that was passed can come back only while it is a prefix of the encoded
 * key at hand, so it is enough to keep the lengths of such keys (docs/format/01-snapshot.md, section 6.2). Memory: one
 * encoded key and a short list.
 */
export class VersionFilter {
  #previous = Buffer.alloc(1 << 10);
  #previousLength = -1;
  /** Bytes at the start of the entry's encoded key that the one before it has too. */
  shared = 0;
  /** Lengths, ascending, of user keys that were passed and are prefixes of the previous encoded key. */
  readonly #kept: number[] = [];

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
    this.#remember(bytes, start, length, shared);
    return this.#keep(end - start) ? 'newest' : 'superseded';
  }

  #sharedPrefix(bytes: Buffer, start: number, length: number): number {
    const previous = this.#previous;
    const limit = Math.min(length, this.#previousLength);
    let shared = 0;
    while (shared < limit && previous[shared] === bytes[start + shared]) shared++;
    return shared;
  }

  #ascends(bytes: Buffer, start: number, length: number, shared: number): boolean {
    if (shared === this.#previousLength) return length > shared;
    if (this.#previousLength === -1) return true;
    return shared < length && bytes[start + shared]! > this.#previous[shared]!;
  }

  #remember(bytes: Buffer, start: number, length: number, shared: number): void {
    if (length > this.#previous.length) {
      const wider = Buffer.alloc(length * 2);
      this.#previous.copy(wider, 0, 0, shared);
      this.#previous = wider;
    }
    if (length - shared > SHORT) bytes.copy(this.#previous, shared, start + shared, start + length);
    else for (let i = shared; i < length; i++) this.#previous[i] = bytes[start + i]!;
    this.#previousLength = length;
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
