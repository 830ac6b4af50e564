import { type FindingKind, printable, type SnapshotRecord } from '@ekv/snapshot';
import { SORTED_SET_MEMBER_ROWS, SORTED_SET_METADATA_ROWS, SORTED_SET_SCORE_ROWS } from '../layout/families.ts';
import { lengthRowKey } from '../layout/row-keys.ts';
import { expiryRecords } from '../records/blob-records.ts';
import {
  countRecord,
  type SortedSetMember,
  sortedSetMemberRecord,
  sortedSetRecords,
  sortedSetScoreRecord,
} from '../records/collection-records.ts';
import { type CollectionForm, encodeCollection } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes, skipUnknown } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

const FORM: CollectionForm<SortedSetMember> = {
  kind: 'sorted set',
  list: 'members',
  readElement: readMember,
  records: sortedSetRecords,
  elementRecords: (key, member) => [
    sortedSetMemberRecord(lengthRowKey(SORTED_SET_MEMBER_ROWS, key), member),
    sortedSetScoreRecord(lengthRowKey(SORTED_SET_SCORE_ROWS, key), member),
  ],
  stateRecords: (key, count, expireAtMs) => [
    countRecord(SORTED_SET_METADATA_ROWS, key, count, expireAtMs),
    ...expiryRecords(key, expireAtMs),
  ],
};

/** The rows of a sorted set's file. docs/format/03-redis.md, section 9. */
export function encodeSortedSet(context: EncodeContext, file: KeyFile): Iterable<SnapshotRecord> {
  return encodeCollection(context, file, FORM);
}

function readMember(context: EncodeContext, path: string): SortedSetMember {
  const { reader } = context;
  const start = reader.mark();
  let member: Buffer | undefined;
  let score: number | undefined;
  reader.object((field) => {
    if (field === 'member') member = readBytes(context, '"member"', path);
    else if (field === 'score') score = readScore(context, path);
    else skipUnknown(context, field, path);
  }, 'a member');
  if (member === undefined) return reader.failAtMark(start, '"member" is missing');
  if (score === undefined) return reader.failAtMark(start, '"score" is missing');
  return { member, score };
}

const ROUNDED: FindingKind = {
  event: 'redis_rounded_score',
  says: 'scores are beyond what a double holds, as a score is one, and were rounded',
  advice: 'keep such numbers in the member, or use smaller ones',
  loss: true,
};

/** `"+inf"`, `"-inf"`, or a JSON number, rounded to the nearest double. */
function readScore(context: EncodeContext, path: string): number {
  const { reader, tree, findings } = context;
  if (reader.peek() === 'string') {
    const text = reader.string();
    if (text === '+inf') return Number.POSITIVE_INFINITY;
    if (text === '-inf') return Number.NEGATIVE_INFINITY;
    reader.fail(`"score" must be a number, "+inf" or "-inf", not "${printable(Buffer.from(text))}"`);
  }
  const text = reader.number('"score"');
  const score = Number(text);
  if (!Number.isFinite(score)) reader.fail('"score" is too large for a double');
  if ((text.length > EXACT_DIGITS || score === 0) && isRounded(text, score))
    findings.add(ROUNDED, () => `${text.slice(0, SHOWN_DIGITS)} in ${tree.display(path)}, which becomes ${score}`);
  return score;
}

/** Numbers of so many characters are exact, or as near as anything can be. */
const EXACT_DIGITS = 15;
const SHOWN_DIGITS = 40;
const INTEGER = /^-?[0-9]+$/;
const ZERO = /^-?0*\.?0*([eE]|$)/;

/** Whether an integer became another one, or a number that is not zero became zero. Other digits are near enough. */
function isRounded(text: string, score: number): boolean {
  if (score === 0) return text !== '0' && !ZERO.test(text);
  // The shortest digits of a double may denote another integer; they are what decode writes.
  return text !== String(score) && INTEGER.test(text) && BigInt(text) !== BigInt(score);
}
