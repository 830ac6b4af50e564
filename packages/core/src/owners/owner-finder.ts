import { RowOwner } from '@ekv/adapter';
import { INTENT_HEAD_BYTES, INTENT_ROWS, readTransactionKey, type TransactionKey } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';

/** The value of a row, where it stands. */
export interface ValueRange {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Tells whose the rows of a snapshot are, of all adapters: of any version, and of deletions. One for each walk; the {@link RowOwner} that it gives is
 * always the same one, and holds until the next row.
 */
export class OwnerFinder {
  readonly #found = new RowOwner();
  #last = 0;

  /**
   * Whose the row with the key `bytes[start, end)` is, without its version. `undefined` when no adapter knows the key, or it breaks its format.
   *
   * @param value for the few families whose keys do not name their unit. Absent, as of deletions: the owner is what the key alone tells.
   */
  find(bytes: Buffer, start: number, end: number, value?: ValueRange): RowOwner | undefined {
    const transaction = readTransactionKey(bytes, start, end);
    if (transaction !== undefined) return this.#ofTransaction(bytes, transaction, value);
    return this.#find(bytes, start, end, value);
  }

  /** As {@link find}, of a row whose key and value stand for themselves. */
  findRow(key: Buffer, value?: Buffer): RowOwner | undefined {
    return this.find(key, 0, key.length, value && { bytes: value, start: 0, end: value.length });
  }

  #find(bytes: Buffer, start: number, end: number, value: ValueRange | undefined): RowOwner | undefined {
    const found = this.#found;
    // Rows of one adapter stand together.
    for (let i = 0; i < ADAPTERS.length; i++) {
      const at = (this.#last + i) % ADAPTERS.length;
      const { owners } = ADAPTERS[at]!;
      if (!owners.find(found, bytes, start, end)) continue;
      this.#last = at;
      if (value !== undefined && found.isInValue) owners.findInValue(found, value.bytes, value.start, value.end);
      return found;
    }
    return undefined;
  }

  /** What a lock, an intent or a record of a transaction is about is the owner of the key that it names. */
  #ofTransaction(
    bytes: Buffer,
    { family, start, end }: TransactionKey,
    value: ValueRange | undefined,
  ): RowOwner | undefined {
    const written = family === INTENT_ROWS && value !== undefined ? intendedValue(value) : undefined;
    const found = this.#find(bytes, start, end, written);
    if (found !== undefined) found.role = 'transaction';
    return found;
  }
}

function intendedValue({ bytes, start, end }: ValueRange): ValueRange | undefined {
  return end - start < INTENT_HEAD_BYTES ? undefined : { bytes, start: start + INTENT_HEAD_BYTES, end };
}
