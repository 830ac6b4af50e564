import type { ExpiryOwners } from './expiry-owners.ts';
import { KeyJoin } from './rows/key-join.ts';
import { byLength } from './rows/key-order.ts';
import { CountChangeRows, LengthPrefixedRows, type PositionedRows } from './rows/keyed-rows.ts';
import { OneValueRows } from './rows/one-value-rows.ts';
import { LENGTH_THEN_KEY, SortedKeyRows } from './rows/sorted-key-rows.ts';
import type { ValueContext } from './value-context.ts';

/** Key families of a type whose Redis key follows its length. */
export interface CollectionFamilies {
  readonly elements: string;
  readonly metadata: string;
  readonly changes?: string;
  readonly oneValue?: string;
  readonly expiries: keyof ExpiryOwners & ('hashes' | 'sets' | 'sortedSets' | 'streams');
}

/**
 * Walks over the collections of one type in order of (length, key): element rows, metadata, count changes, the old
 * one-value form and owned expiries side by side. For each key the caller takes {@link elements} and the rest.
 */
export class CollectionRows {
  readonly elements: LengthPrefixedRows;
  readonly join: KeyJoin;
  readonly #metadata: LengthPrefixedRows;
  readonly #changes: CountChangeRows | undefined;
  readonly #oneValue: OneValueRows | undefined;
  readonly #expiries: SortedKeyRows;

  constructor(context: ValueContext, type: CollectionFamilies) {
    const { source, scratch } = context;
    this.elements = new LengthPrefixedRows(source.rows(type.elements), type.elements);
    this.#metadata = new LengthPrefixedRows(source.rows(type.metadata), type.metadata);
    this.#changes =
      type.changes === undefined ? undefined : new CountChangeRows(source.rows(type.changes), type.changes);
    this.#oneValue = type.oneValue === undefined ? undefined : new OneValueRows(source, type.oneValue, scratch);
    this.#expiries = new SortedKeyRows(context.expiries[type.expiries], LENGTH_THEN_KEY);
    const keys = [this.elements, this.#metadata, this.#oneValue].filter((rows) => rows !== undefined);
    this.join = new KeyJoin(byLength, keys);
  }

  /** Goes to the next key. */
  next(): boolean {
    return this.join.next();
  }

  /** Passes over all rows of a key that nobody asks for, unread. */
  pass(): void {
    for (const rows of [this.elements, this.#metadata, this.#oneValue]) {
      while (rows !== undefined && this.join.holds(rows)) rows.advance();
    }
  }

  /** The metadata row at hand, parsed, or `undefined`; when bytes follow the key several rows may name it, the last counts. */
  takeMetadata<T>(parse: (row: PositionedRows) => T): T | undefined {
    let found: T | undefined;
    while (this.join.holds(this.#metadata)) {
      found = parse(this.#metadata);
      this.#metadata.advance();
    }
    return found;
  }

  /** Sum of the count changes; `undefined` when there are none. */
  takeCountChanges(): bigint | undefined {
    const changes = this.#changes;
    if (changes === undefined || !this.join.skipTo(changes)) return undefined;
    let sum = 0n;
    while (this.join.holds(changes)) {
      sum += changes.bytes.readBigInt64BE(changes.valueStart);
      changes.advance();
    }
    return sum;
  }

  /** Gives the old one-value row to `use` when the key has one. */
  takeOneValue(use: (row: PositionedRows) => void): void {
    const rows = this.#oneValue;
    while (rows !== undefined && this.join.holds(rows)) {
      use(rows);
      rows.advance();
    }
  }

  /** The expiry of the index row that this key owns, or `null`. */
  takeExpiry(): bigint | null {
    if (!this.join.skipTo(this.#expiries)) return null;
    const expiry = this.#expiries.bytes.readBigUInt64BE(this.#expiries.valueStart);
    this.#expiries.advance();
    return expiry;
  }

  /** Lets go of sorted rows, also of those that no key has taken. */
  close(): void {
    this.#oneValue?.close();
    this.#expiries.close();
  }
}
