import type { SortedRows } from '@ekv/snapshot';

/** Expiries of values without a header, in the order of these. */
export class BareExpiries {
  readonly #rows: SortedRows | undefined;
  #offset = -1;

  /** @param rows in the order of values; see `ExpiryOwners`. */
  constructor(rows: SortedRows | undefined) {
    this.#rows = rows;
    this.#advance();
  }

  /** The expiry of the value at an offset, ms since 1970; `null` = none. Offsets must rise. */
  take(offset: number): bigint | null {
    while (this.#offset < offset) this.#advance();
    const rows = this.#rows!;
    return this.#offset === offset ? rows.bytes.readBigUInt64BE(rows.payloadStart) : null;
  }

  #advance(): void {
    const rows = this.#rows;
    this.#offset = rows?.next() ? Number(rows.bytes.readBigUInt64BE(rows.keyStart)) : Number.POSITIVE_INFINITY;
  }

  /** Lets go of what was not taken. May be called twice. */
  close(): void {
    this.#rows?.close();
  }
}
