import type { BlockEntries } from './block-entries.ts';
import { TableError } from './table-error.ts';

/** The key of the entry at hand, put together from what it shares with the one before. */
export class BlockKey {
  bytes: Buffer = Buffer.allocUnsafeSlow(1 << 10);
  length = 0;

  /** The first key of a block shares nothing. */
  beginBlock(): void {
    this.length = 0;
  }

  /** Goes on to the key of an entry. @param limit its longest length, bytes. Throws TableError. */
  take({ bytes, shared, keyStart, keyEnd }: BlockEntries, limit: number): void {
    if (shared > this.length) throw new TableError(`a key shares ${shared} bytes with one of ${this.length}`);
    const length = shared + keyEnd - keyStart;
    if (length > limit) throw new TableError(`a key has ${length} bytes, over the limit of ${limit}`);
    if (length > this.bytes.length) this.#widen(length, shared);
    bytes.copy(this.bytes, shared, keyStart, keyEnd);
    this.length = length;
  }

  #widen(length: number, kept: number): void {
    const wider = Buffer.allocUnsafeSlow(length * 2);
    this.bytes.copy(wider, 0, 0, kept);
    this.bytes = wider;
  }
}
