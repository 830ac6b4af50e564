import { DataError } from '../errors.ts';
import { VALUE_HEADER_BYTES } from '../format/constants.ts';
import { printable } from '../printable.ts';
import type { CheckedSnapshot } from '../read/checked-snapshot.ts';
import type { EntryReader } from '../read/entry-reader.ts';

const PIECE = 1 << 16;
const NONE = -1;

/** One version of one key in several inputs: the same value counts once, and another one shows that they do not belong together. */
export class RepeatedEntries {
  readonly #inputs: readonly CheckedSnapshot[];
  /** The entry that counts, of the encoded key at hand. */
  #input = NONE;
  /** Of its value, the header included. */
  #offset = 0;
  #length = 0;

  constructor(inputs: readonly CheckedSnapshot[]) {
    this.#inputs = inputs;
  }

  /** The next entry has another encoded key. */
  beginKey(): void {
    this.#input = NONE;
  }

  /**
   * Whether an entry with this encoded key counts already; when none does, this one does from now on.
   *
   * @throws DataError when its value is another one.
   */
  isRepeated(input: number, entries: EntryReader): boolean {
    const offset = entries.valueOffset - VALUE_HEADER_BYTES;
    const length = entries.valueEnd - entries.valueStart + VALUE_HEADER_BYTES;
    if (this.#input !== NONE) {
      if (this.#isSameValue(input, offset, length)) return true;
      throw this.#contradiction(input, entries);
    }
    this.#input = input;
    this.#offset = offset;
    this.#length = length;
    return false;
  }

  #isSameValue(input: number, offset: number, length: number): boolean {
    if (length !== this.#length) return false;
    const [one, other] = [Buffer.alloc(Math.min(PIECE, length)), Buffer.alloc(Math.min(PIECE, length))];
    for (let at = 0; at < length; at += PIECE) {
      const size = Math.min(PIECE, length - at);
      this.#inputs[this.#input]!.readAt(this.#offset + at, one.subarray(0, size));
      this.#inputs[input]!.readAt(offset + at, other.subarray(0, size));
      if (one.compare(other, 0, size, 0, size) !== 0) return false;
    }
    return true;
  }

  #contradiction(input: number, { bytes, keyStart, keyEnd, timestamp }: EntryReader): DataError {
    const key = printable(bytes.subarray(keyStart, keyEnd));
    return new DataError(
      `${this.#inputs[this.#input]!.path} and ${this.#inputs[input]!.path} have different values for the key ${key} of version ${timestamp}: they are not of one cluster, or not of two groups of it; give the files of the groups of one node`,
    );
  }
}
