import type { SnapshotRecord } from '@ekv/snapshot';
import { EXPIRING_HYPERLOGLOG_HEADER, EXPIRING_STRING_HEADER, STRING_HEADER } from '../layout/blob-value.ts';
import { EXPIRY_ROWS, HYPERLOGLOG_ROWS, STRING_ROWS } from '../layout/families.ts';
import { rowKey, u64s } from '../layout/row-keys.ts';

/**
 * The row of a string.
 *
 * @param expireAtMs milliseconds since 1970, 64 bits unsigned; 0, `null` or nothing = does not expire.
 * docs/format/03-redis.md, section 4.
 */
export function stringRecord(key: Uint8Array, value: Uint8Array, expireAtMs?: bigint | null): SnapshotRecord {
  const rowValue = expireAtMs ? expiringValue(EXPIRING_STRING_HEADER, expireAtMs, value) : joined(STRING_HEADER, value);
  return { key: rowKey(STRING_ROWS, key), value: rowValue };
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
): Generator<SnapshotRecord> {
  const value = expireAtMs ? expiringValue(EXPIRING_HYPERLOGLOG_HEADER, expireAtMs, payload) : payload;
  yield { key: rowKey(HYPERLOGLOG_ROWS, key), value };
  yield* expiryRecords(key, expireAtMs);
}

/** The index row of an expiring key of any type but string; nothing when it does not expire. Section 3. */
export function* expiryRecords(key: Uint8Array, expireAtMs: bigint | null | undefined): Generator<SnapshotRecord> {
  if (expireAtMs) yield { key: rowKey(EXPIRY_ROWS, key), value: u64s(expireAtMs) };
}

function expiringValue(header: Buffer, expireAtMs: bigint, body: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(header.length + 8 + body.length);
  value.set(header);
  value.writeBigUInt64BE(expireAtMs, header.length);
  value.set(body, header.length + 8);
  return value;
}

function joined(header: Buffer, body: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(header.length + body.length);
  value.set(header);
  value.set(body, header.length);
  return value;
}
