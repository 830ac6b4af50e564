import type { SnapshotRow } from '@ekv/snapshot';
import { STREAM_METADATA_ROWS } from '../layout/families.ts';
import { writeStreamMetadata } from '../layout/metadata.ts';
import { lengthRowKey, streamEntryRowKey } from '../layout/row-keys.ts';
import { writeStreamEntry } from '../layout/stream-entry.ts';
import { expiryRecords } from './blob-records.ts';

/** Milliseconds and sequence number, 64 bits unsigned each. */
export interface StreamId {
  readonly ms: bigint;
  readonly seq: bigint;
}

export interface StreamEntry extends StreamId {
  /** Names and values in turn, valid UTF-8: a server refuses other bytes. */
  readonly fields: readonly Uint8Array[];
}

/** What a stream knows of itself beside its entries. */
export interface StreamState {
  /** Number of entries. */
  readonly length: bigint;
  /** The highest id that was ever given out: not below that of any entry. */
  readonly last: StreamId;
}

/** The row of one entry. docs/format/03-redis.md, section 10. */
export function streamEntryRecord(key: Uint8Array, entry: StreamEntry): SnapshotRow {
  return {
    key: streamEntryRowKey(key, entry.ms, entry.seq),
    value: writeStreamEntry(`${entry.ms}-${entry.seq}`, entry.fields),
  };
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

/**
 * The rows of a whole stream.
 *
 * @param entries in any order; ids must differ.
 * @param last the highest id that was ever given out; that of the entries when not given.
 * @param expireAtMs milliseconds since 1970, 64 bits unsigned; 0, `null` or nothing = does not expire.
 */
export function* streamRecords(
  key: Uint8Array,
  entries: Iterable<StreamEntry>,
  last: StreamId = { ms: 0n, seq: 0n },
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  let length = 0n;
  let highest = last;
  for (const entry of entries) {
    yield streamEntryRecord(key, entry);
    length++;
    if (isAbove(entry, highest)) highest = { ms: entry.ms, seq: entry.seq };
  }
  yield* streamStateRecords(key, { length, last: highest }, expireAtMs);
}

export function isAbove(a: StreamId, b: StreamId): boolean {
  return a.ms > b.ms || (a.ms === b.ms && a.seq > b.seq);
}
