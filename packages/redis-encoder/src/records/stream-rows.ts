import type { SnapshotRow } from '@ekv/snapshot';
import { STREAM_METADATA_ROWS } from '../layout/families.ts';
import { writeStreamMetadata } from '../layout/metadata.ts';
import { lengthRowKey, streamEntryRowKey } from '../layout/row-keys.ts';
import { writeStreamEntry } from '../layout/stream-entry.ts';
import type { StreamId } from '../layout/stream-id.ts';
import { expiryRecords } from './blob-rows.ts';

/** What a stream knows of itself beside its entries. */
export interface StreamState {
  /** Number of entries. */
  readonly length: bigint;
  /** The highest id that was ever given out: not below that of any entry. */
  readonly last: StreamId;
}

/**
 * The row of one entry. docs/format/03-redis.md, section 10.
 *
 * @param fields names and values in turn. Throws DataError when one is not valid UTF-8, or a name has no value.
 */
export function streamEntryRecord(key: Uint8Array, { ms, seq }: StreamId, fields: readonly Uint8Array[]): SnapshotRow {
  return { key: streamEntryRowKey(key, ms, seq), value: writeStreamEntry(`${ms}-${seq}`, fields) };
}

/** The rows of a stream beside its entries. docs/format/03-redis.md, section 10. */
export function* streamStateRecords(
  key: Uint8Array,
  state: StreamState,
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  const { length: count, last } = state;
  const value = writeStreamMetadata({ count, lastMs: last.ms, lastSeq: last.seq, expireAtMs });
  yield { key: lengthRowKey(STREAM_METADATA_ROWS, key), value };
  yield* expiryRecords(key, expireAtMs);
}
