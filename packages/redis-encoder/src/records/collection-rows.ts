import { DataError, printable, type SnapshotRow } from '@ekv/snapshot';
import {
  HASH_FIELD_ROWS,
  HASH_METADATA_ROWS,
  LIST_METADATA_ROWS,
  SET_MEMBER_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_MEMBER_ROWS,
  SORTED_SET_METADATA_ROWS,
  SORTED_SET_SCORE_ROWS,
} from '../layout/families.ts';
import { writeCountMetadata, writeListMetadata } from '../layout/metadata.ts';
import { extendedKey, lengthRowKey, listItemRowKey, rowKey } from '../layout/row-keys.ts';
import { writeScore, writeSortableScore } from '../layout/score.ts';
import { expiryRecords } from './blob-rows.ts';

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
): Generator<SnapshotRow> {
  yield countRecord(HASH_METADATA_ROWS, key, fields.length, expireAtMs);
  const head = lengthRowKey(HASH_FIELD_ROWS, key);
  for (const field of fields) yield hashFieldRecord(head, field);
  yield* expiryRecords(key, expireAtMs);
}

/** @param head what the rows of the hash's fields begin with. */
export function hashFieldRecord(head: Uint8Array, { name, value }: HashField): SnapshotRow {
  return { key: extendedKey(head, name), value };
}

/** The metadata of a hash, set or sorted set. */
export function countRecord(
  family: string,
  key: Uint8Array,
  count: number,
  expireAtMs: bigint | null | undefined,
): SnapshotRow {
  return { key: lengthRowKey(family, key), value: writeCountMetadata(count, expireAtMs) };
}

/** The rows of a set; see {@link hashRecords}. docs/format/03-redis.md, section 7. */
export function* setRecords(
  key: Uint8Array,
  members: readonly Uint8Array[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  yield countRecord(SET_METADATA_ROWS, key, members.length, expireAtMs);
  const head = lengthRowKey(SET_MEMBER_ROWS, key);
  for (const member of members) yield setMemberRecord(head, member);
  yield* expiryRecords(key, expireAtMs);
}

/** @param head what the rows of the set's members begin with. */
export function setMemberRecord(head: Uint8Array, member: Uint8Array): SnapshotRow {
  return { key: extendedKey(head, member), value: NOTHING };
}

/** The rows of a list, first item first. docs/format/03-redis.md, section 8. */
export function* listRecords(
  key: Uint8Array,
  items: readonly Uint8Array[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  yield listMetadataRecord(key, items.length, expireAtMs);
  for (let i = 0; i < items.length; i++) yield listItemRecord(key, i, items[i]!);
  yield* expiryRecords(key, expireAtMs);
}

export function listItemRecord(key: Uint8Array, index: number, item: Uint8Array): SnapshotRow {
  return { key: listItemRowKey(key, BigInt(index)), value: item };
}

export function listMetadataRecord(key: Uint8Array, count: number, expireAtMs: bigint | null | undefined): SnapshotRow {
  return {
    key: rowKey(LIST_METADATA_ROWS, key),
    value: writeListMetadata(count, expireAtMs),
  };
}

/** The rows of a sorted set; members must differ. Throws DataError for a score that is NaN. docs/format/03-redis.md, section 9. */
export function* sortedSetRecords(
  key: Uint8Array,
  members: readonly SortedSetMember[],
  expireAtMs?: bigint | null,
): Generator<SnapshotRow> {
  yield countRecord(SORTED_SET_METADATA_ROWS, key, members.length, expireAtMs);
  const memberHead = lengthRowKey(SORTED_SET_MEMBER_ROWS, key);
  const scoreHead = lengthRowKey(SORTED_SET_SCORE_ROWS, key);
  for (const one of members) {
    if (Number.isNaN(one.score))
      throw new DataError(`sorted set ${printable(key)}: the score of ${printable(one.member)} is NaN`);
    yield sortedSetMemberRecord(memberHead, one);
    yield sortedSetScoreRecord(scoreHead, one);
  }
  yield* expiryRecords(key, expireAtMs);
}

/** @param head what the rows of the sorted set's members begin with. */
export function sortedSetMemberRecord(head: Uint8Array, { member, score }: SortedSetMember): SnapshotRow {
  return { key: extendedKey(head, member), value: writeScore(score) };
}

/** @param head what the score rows of the sorted set begin with. */
export function sortedSetScoreRecord(head: Uint8Array, { member, score }: SortedSetMember): SnapshotRow {
  const row = extendedKey(head, member, 8);
  writeSortableScore(row, head.length, score);
  return { key: row, value: NOTHING };
}
