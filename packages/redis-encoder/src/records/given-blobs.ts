import { nameRows, type SnapshotRow } from '@ekv/snapshot';
import { givenBytes, type TextOrBytes } from '@ekv/snapshot/arguments';
import { HYPERLOGLOG_ROWS, STRING_ROWS } from '../layout/families.ts';
import { keyName } from '../layout/row-names.ts';
import { checkHyperLogLog } from '../sense/hyperloglogs.ts';
import * as records from './blob-rows.ts';
import { type Expiry, GivenKey, type KeyOptions } from './given-key.ts';

/**
 * The row of a string. Throws ArgumentError. docs/format/03-redis.md, section 4.
 *
 * @param options when the key expires, or that and more.
 */
export function stringRecord(key: TextOrBytes, value: TextOrBytes, options?: Expiry | KeyOptions): SnapshotRow {
  const given = new GivenKey('string', key, options);
  const isPlain = value instanceof Uint8Array && value.length > 0;
  const body = isPlain ? value : givenBytes(value, () => `the value of ${given.name()}`);
  given.finish();
  nameRows(STRING_ROWS, keyName);
  return records.stringRecord(given.bytes, body, given.expireAt);
}

/**
 * The rows of a HyperLogLog. Throws ArgumentError. docs/format/03-redis.md, section 5.
 *
 * @param payload as a server of elastickv stores it, opaque here; Redis stores others (`HYLL...`), which mean nothing to elastickv.
 * @param options as for {@link stringRecord}.
 */
export function hyperLogLogRecords(
  key: TextOrBytes,
  payload: TextOrBytes,
  options?: Expiry | KeyOptions,
): Iterable<SnapshotRow> {
  const given = new GivenKey('HyperLogLog', key, options);
  const body = givenBytes(payload, () => `the payload of ${given.name()}`);
  if (given.findings !== undefined) checkHyperLogLog(given.findings, body, given.name);
  given.finish();
  nameRows(HYPERLOGLOG_ROWS, keyName);
  return records.hyperLogLogRecords(given.bytes, body, given.expireAt);
}
