import type { SortedRows } from '@ekv/snapshot';
import { HYPERLOGLOGS, STRINGS } from '../blob-types.ts';
import { BlobWalk } from '../values/blob-walk.ts';
import type { ValueContext } from '../values/value-context.ts';
import { copyOfKey } from './copied-key.ts';
import type { StoredHyperLogLog, StoredString } from './stored-key.ts';

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
}

export function* hyperLogLogKeys(context: ValueContext, bare: BareExpiries): Generator<StoredHyperLogLog> {
  for (const walk = new BlobWalk(context, HYPERLOGLOGS); walk.next(); )
    yield { type: 'hyperloglog', ...factsOf(walk, bare) };
}

export function* stringKeys(context: ValueContext, bare: BareExpiries): Generator<StoredString> {
  for (const walk = new BlobWalk(context, STRINGS); walk.next(); ) yield { type: 'string', ...factsOf(walk, bare) };
}

function factsOf({ key, valueStart, valueEnd, hasHeader, expireAtMs, offset }: BlobWalk, bare: BareExpiries) {
  return {
    key: copyOfKey(key),
    expireAt: hasHeader ? expireAtMs || null : bare.take(offset),
    value: Buffer.from(key.bytes.subarray(valueStart, valueEnd)),
  };
}
