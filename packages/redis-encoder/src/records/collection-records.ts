import { DataError, printable, type SnapshotRecord } from '@ekv/snapshot';
import {
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  LIST_ITEM_ROWS,
  LIST_METADATA_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  SORTED_SET_SCORE_ROWS,
} from '../layout/families.ts';
import { extendedKey, lengthRowKey, rowKey, u64s } from '../layout/row-key.ts';
import { writeSortableScore, writeSortableSequence } from '../layout/sortable.ts';
import { expiryRecords } from './blob-records.ts';

const NOTHING = Buffer.alloc(0);

export interface HashField {
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

export interface SortedSetMember {
  readonly member: Uint8Array;
  /** Any double but NaN. */
  readonly score: number;
}

/**
 * The rows of a hash. Names must differ, or the snapshot writer finds a duplicate.
 *
 * @param expireAtMs milliseconds since 1970, 64 bits unsigned; 0, `null` or nothing = does not expire.
 * docs/format/03-redis.md, section 6.
 */
export function* hashRecords(
  key: Uint8Array,
  fields: readonly HashField[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRecord> {
  yield { key: lengthRowKey(HASH_METADATA_ROWS, key), value: metadata(expireAtMs, BigInt(fields.length)) };
  const head = lengthRowKey(HASH_FIELD_ROWS, key);
  for (const { name, value } of fields) yield { key: extendedKey(head, name), value };
  yield* expiryRecords(key, expireAtMs);
}

/** The rows of a set; see {@link hashRecords}. docs/format/03-redis.md, section 7. */
export function* setRecords(
  key: Uint8Array,
  members: readonly Uint8Array[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRecord> {
  yield { key: lengthRowKey(SET_METADATA_ROWS, key), value: metadata(expireAtMs, BigInt(members.length)) };
  const head = lengthRowKey(SET_MEMBER_ROWS, key);
  for (const member of members) yield { key: extendedKey(head, member), value: NOTHING };
  yield* expiryRecords(key, expireAtMs);
}

/** The rows of a list, first item first. docs/format/03-redis.md, section 8. */
export function* listRecords(
  key: Uint8Array,
  items: readonly Uint8Array[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRecord> {
  const count = BigInt(items.length);
  yield { key: rowKey(LIST_METADATA_ROWS, key), value: metadata(expireAtMs, 0n, count, count) };
  for (let i = 0; i < items.length; i++) {
    const row = rowKey(LIST_ITEM_ROWS, key, 8);
    writeSortableSequence(row, row.length - 8, BigInt(i));
    yield { key: row, value: items[i]! };
  }
  yield* expiryRecords(key, expireAtMs);
}

/** The rows of a sorted set; members must differ. Throws DataError for a score that is NaN. docs/format/03-redis.md, section 9. */
export function* sortedSetRecords(
  key: Uint8Array,
  members: readonly SortedSetMember[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRecord> {
  yield { key: lengthRowKey(SORTED_SET_METADATA_ROWS, key), value: metadata(expireAtMs, BigInt(members.length)) };
  const memberHead = lengthRowKey(SORTED_SET_MEMBER_ROWS, key);
  const scoreHead = lengthRowKey(SORTED_SET_SCORE_ROWS, key);
  for (const { member, score } of members) {
    if (Number.isNaN(score))
      throw new DataError(`sorted set ${printable(key)}: the score of ${printable(member)} is NaN`);
    const value = Buffer.allocUnsafe(8);
    value.writeDoubleBE(score);
    yield { key: extendedKey(memberHead, member), value };
    const row = extendedKey(scoreHead, member, 8);
    writeSortableScore(row, scoreHead.length, score);
    yield { key: row, value: NOTHING };
  }
  yield* expiryRecords(key, expireAtMs);
}

/** The short form without an expiry, the long form with one. */
export function metadata(expireAtMs: bigint | null | undefined, ...numbers: readonly bigint[]): Buffer {
  return expireAtMs ? u64s(...numbers, expireAtMs) : u64s(...numbers);
}
