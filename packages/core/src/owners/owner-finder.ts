import { RowOwner } from '@ekv/adapter';
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
    const inner = transactionKey(bytes, start, end);
    if (inner !== undefined) return this.#ofTransaction(bytes, inner, value);
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
    { start, end, isIntent }: TransactionKey,
    value: ValueRange | undefined,
  ): RowOwner | undefined {
    const written = isIntent && value !== undefined ? intendedValue(value) : undefined;
    const found = this.#find(bytes, start, end, written);
    if (found !== undefined) found.role = 'transaction';
    return found;
  }
}

/** Where in the key of a transaction's row the key of the row stands that it is about. */
interface TransactionKey {
  readonly start: number;
  readonly end: number;
  readonly isIntent: boolean;
}

/** docs/format/11-transactions.md, section 1. */
const FORMS = [
  { prefix: '!txn|lock|', isIntent: false, behind: 0 },
  { prefix: '!txn|int|', isIntent: true, behind: 0 },
  { prefix: '!txn|cmt|', isIntent: false, behind: 8 },
  { prefix: '!txn|rb|', isIntent: false, behind: 8 },
] as const;
const LETTER_T = 0x74;

function transactionKey(bytes: Buffer, start: number, end: number): TransactionKey | undefined {
  if (bytes[start + 1] !== LETTER_T) return undefined;
  for (const { prefix, isIntent, behind } of FORMS) {
    const from = start + prefix.length;
    if (end - behind < from || bytes.toString('latin1', start, from) !== prefix) continue;
    return { start: from, end: end - behind, isIntent };
  }
  return undefined;
}

/** Of an intent: `01`, u64 start, op, u64 length. */
export const BEFORE_INTENDED = 18;

function intendedValue({ bytes, start, end }: ValueRange): ValueRange | undefined {
  return end - start < BEFORE_INTENDED ? undefined : { bytes, start: start + BEFORE_INTENDED, end };
}
