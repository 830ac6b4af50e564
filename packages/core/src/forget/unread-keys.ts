import { KeyFamilies, readTransactionKey } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import type { KeyGroup } from './key-group.ts';

/** Counts keys of which nobody can say what they hold. */
export class UnreadKeys {
  readonly #families = new KeyFamilies(KNOWN_FAMILIES);
  /** Of no kind that anybody knows. */
  unknown = 0;
  /** Of a known kind, whose format they break. */
  malformed = 0;

  /** A key that stays. */
  add(key: Buffer, { isOwned, isMalformed }: KeyGroup): void {
    if (isMalformed) this.malformed++;
    else if (!isOwned) this.#addUnowned(key);
  }

  /** Rows of the cluster itself, and markers, hold no data. */
  #addUnowned(key: Buffer): void {
    const { start, end } = readTransactionKey(key, 0, key.length) ?? { start: 0, end: key.length };
    const family = this.#families.find(key, start, end);
    if (family === -1) this.unknown++;
    else if (isOfData(key, start, end)) this.malformed++;
  }
}

function isOfData(key: Buffer, start: number, end: number): boolean {
  const isInTransactions = key.toString('latin1', start, start + TRANSACTION_ROWS.length) === TRANSACTION_ROWS;
  return isInTransactions || ADAPTERS.some(({ owners }) => owners.family(key, start, end) !== undefined);
}

/** Those whose key names no other key are malformed. */
const TRANSACTION_ROWS = '!txn|';
