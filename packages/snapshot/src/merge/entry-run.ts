import { TIMESTAMP_BYTES } from '../format/constants.ts';
import type { EntryReader } from '../read/entry-reader.ts';
import { NO_ROW, type SortedRun } from '../sort/sorted-run.ts';

/**
 * The entries of a snapshot as a run that can be merged with others: the key is the encoded one, with its version. Of a payload there
 * is none, since bodies were passed over.
 */
export class EntryRun implements SortedRun {
  readonly entries: EntryReader;
  /** The encoded key of the entry before: the buffer of the entries does not keep it. */
  #previous = Buffer.alloc(1 << 10);
  #previousLength = NO_ROW;
  #shared = 0;
  bytes: Buffer;
  keyStart = 0;
  keyEnd = 0;
  readonly payloadStart = 0;
  readonly payloadEnd = 0;

  /** @param entries above one another, none of them read. */
  constructor(entries: EntryReader) {
    this.entries = entries;
    this.bytes = entries.bytes;
  }

  next(): boolean {
    const { entries } = this;
    const isFirst = this.#previousLength === NO_ROW;
    if (!isFirst) this.#remember();
    if (!entries.next()) return false;
    this.bytes = entries.bytes;
    this.keyStart = entries.keyStart;
    this.keyEnd = entries.keyEnd + TIMESTAMP_BYTES;
    if (isFirst) this.#previousLength = 0;
    this.#shared = this.#sharedLength();
    return true;
  }

  shared(): number {
    return this.#shared;
  }

  /** Never: a snapshot that was checked has each encoded key once. */
  isRepeated(): boolean {
    return false;
  }

  close(): void {}

  /** Keeps the current key; its beginning is there already. */
  #remember(): void {
    const { bytes, keyStart, keyEnd } = this;
    const length = keyEnd - keyStart;
    if (length > this.#previous.length) {
      const wider = Buffer.alloc(length * 2);
      this.#previous.copy(wider, 0, 0, this.#shared);
      this.#previous = wider;
    }
    bytes.copy(this.#previous, this.#shared, keyStart + this.#shared, keyEnd);
    this.#previousLength = length;
  }

  #sharedLength(): number {
    const previous = this.#previous;
    const { bytes, keyStart } = this;
    const limit = Math.min(this.#previousLength, this.keyEnd - keyStart);
    let shared = 0;
    while (shared < limit && previous[shared] === bytes[keyStart + shared]) shared++;
    return shared;
  }
}
