import type { SnapshotRow } from '@ekv/snapshot';
import { writeHyperLogLogValue, writeStringValue } from '../layout/blob-value.ts';
import { EXPIRY_ROWS, HYPERLOGLOG_ROWS, STRING_ROWS } from '../layout/families.ts';
import { rowKey, u64s } from '../layout/row-keys.ts';

/**
 * The row of a string.
 *
 * @param expireAtMs milliseconds since 1970, 64 bits unsigned; 0, `null` or nothing = does not expire.
 * docs/format/03-redis.md, section 4.
 */
export function stringRecord(key: Uint8Array, value: Uint8Array, expireAtMs?: bigint | null): SnapshotRow {
  return { key: rowKey(STRING_ROWS, key), value: writeStringValue(value, expireAtMs) };
}

/**
 * The rows of a HyperLogLog.
 *
 * @param payload as a server stores it, opaque here.
 * @param expireAtMs as for {@link stringRecord}.
 * docs/format/03-redis.md, section 5.
 */
export function* hyperLogLogRecords(
  key: Uint8Array,
  payload: Uint8Array,
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  yield { key: rowKey(HYPERLOGLOG_ROWS, key), value: writeHyperLogLogValue(payload, expireAtMs) };
  yield* expiryRecords(key, expireAtMs);
}

/** The index row of an expiring key of any type but string; nothing when it does not expire. Section 3. */
export function* expiryRecords(key: Uint8Array, expireAtMs: bigint | null | undefined): Generator<SnapshotRow> {
  if (expireAtMs) yield { key: rowKey(EXPIRY_ROWS, key), value: u64s(expireAtMs) };
}
