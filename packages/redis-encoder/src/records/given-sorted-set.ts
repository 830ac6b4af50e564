import { nameRows, printable, type SnapshotRow } from '@ekv/snapshot';
import { givenBytes, type TextOrBytes } from '@ekv/snapshot/arguments';
import { SORTED_SET_MEMBER_ROWS, SORTED_SET_METADATA_ROWS, SORTED_SET_SCORE_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { collectionName, memberName } from '../layout/row-names.ts';
import { expiryRecords } from './blob-rows.ts';
import { countRecord, sortedSetMemberRecord, sortedSetScoreRecord } from './collection-rows.ts';
import {
  type AsyncRows,
  checkPair,
  type ElementRecords,
  type Elements,
  givenPairs,
  isPair,
  type Rows,
  recordsOf,
} from './given-elements.ts';
import { type Expiry, GivenKey, type KeyOptions } from './given-key.ts';
import { givenScore, type Score } from './given-score.ts';

/** A member with its score; node-redis calls the member `value`. */
export type SortedSetMember =
  | { readonly member: TextOrBytes; readonly score: Score }
  | { readonly value: TextOrBytes; readonly score: Score }
  | readonly [member: TextOrBytes, score: Score];

/** Members with their scores: a plain object, a Map, or anything else that gives members. */
export type SortedSetMembers = Iterable<SortedSetMember> | Readonly<Record<string, Score>>;

/**
 * The rows of a sorted set; members must differ. An async source, such as one of ZSCAN, gives rows to `for await`. Members are taken
 * one by one as the rows are. Throws ArgumentError, also for a score that is NaN. docs/format/03-redis.md, section 9.
 *
 * @param options when the key expires, or that and more.
 */
export function sortedSetRecords(key: TextOrBytes, members: SortedSetMembers, options?: Expiry | KeyOptions): Rows;
export function sortedSetRecords(
  key: TextOrBytes,
  members: AsyncIterable<SortedSetMember>,
  options?: Expiry | KeyOptions,
): AsyncRows;
export function sortedSetRecords(
  key: TextOrBytes,
  members: SortedSetMembers | AsyncIterable<SortedSetMember>,
  options?: Expiry | KeyOptions,
): Rows | AsyncRows {
  const given = new GivenKey('sorted set', key, options);
  const elements = givenPairs(members as Elements<SortedSetMember>, () => `the members of ${given.name()}`);
  return recordsOf(elements, new SortedSetRecords(given));
}

class SortedSetRecords implements ElementRecords<SortedSetMember> {
  readonly #key: GivenKey;
  readonly #memberHead: Buffer;
  readonly #scoreHead: Buffer;
  #count = 0;
  #member: Uint8Array = Buffer.alloc(0);
  #score = 0;

  constructor(key: GivenKey) {
    nameRows(SORTED_SET_METADATA_ROWS, collectionName);
    nameRows(SORTED_SET_MEMBER_ROWS, memberName);
    this.#key = key;
    this.#memberHead = lengthRowKey(SORTED_SET_MEMBER_ROWS, key.bytes);
    this.#scoreHead = lengthRowKey(SORTED_SET_SCORE_ROWS, key.bytes);
  }

  of(given: SortedSetMember): SnapshotRow {
    this.#count++;
    checkPair(given, '{ member, score } or [member, score]', this.#memberName);
    const [name, score] = isPair(given) ? given : ['value' in given ? given.value : given.member, given.score];
    this.#member = givenBytes(name, this.#memberName);
    this.#score = givenScore(score, this.#scoreName, this.#key.findings);
    return sortedSetMemberRecord(this.#memberHead, { member: this.#member, score: this.#score });
  }

  other(): SnapshotRow {
    return sortedSetScoreRecord(this.#scoreHead, { member: this.#member, score: this.#score });
  }

  end(): SnapshotRow[] {
    const { bytes, expireAt } = this.#key;
    this.#key.finish();
    return [countRecord(SORTED_SET_METADATA_ROWS, bytes, this.#count, expireAt), ...expiryRecords(bytes, expireAt)];
  }

  readonly #memberName = () => `member ${this.#count} of ${this.#key.name()}`;
  readonly #scoreName = () => `the score of ${printable(this.#member)} in ${this.#key.name()}`;
}
