import { rowError } from '@ekv/adapter';
import { EXPIRY_ROWS } from './families.ts';
import type { ValueRow } from './value-range.ts';

/** Above it a server cannot count, ms since 1970; docs/format/03-redis.md, section 3. */
export const LARGEST_EXPIRY = 2n ** 63n - 1n;

export const EXPIRY_BYTES = 8;

/** The expiry of an index row, `u64`, clamped. Throws RowError for a value of another length. */
export function readExpiryValue(row: ValueRow): bigint {
  if (row.valueEnd - row.valueStart !== EXPIRY_BYTES)
    throw rowError(row, `the value of a ${EXPIRY_ROWS} row must be 8 bytes, an expiry in milliseconds`);
  return clamped(row.bytes.readBigUInt64BE(row.valueStart));
}

/** An expiry that a server can count, ms since 1970. */
export function clamped(expiry: bigint): bigint {
  return expiry > LARGEST_EXPIRY ? LARGEST_EXPIRY : expiry;
}
