import type { JsonReader } from '@ekv/dump-tree';
import { printable, type SnapshotRecord } from '@ekv/snapshot';
import { type SortedSetMember, sortedSetRecords } from '../records/collection-records.ts';
import { readCollectionFile } from './collection-file.ts';
import type { EncodeContext } from './encode-context.ts';
import { readBytes, skipUnknown } from './json-fields.ts';
import type { KeyFile } from './key-files.ts';

/** The rows of a sorted set's file. docs/format/03-redis.md, section 9. */
export function* encodeSortedSet(context: EncodeContext, { key, path }: KeyFile): Generator<SnapshotRecord> {
  const members: SortedSetMember[] = [];
  const expireAtMs = readCollectionFile(context, path, 'members', () => members.push(readMember(context, path)));
  yield* sortedSetRecords(key, members, expireAtMs);
}

function readMember(context: EncodeContext, path: string): SortedSetMember {
  const { reader } = context;
  const start = reader.mark();
  let member: Buffer | undefined;
  let score: number | undefined;
  reader.object((field) => {
    if (field === 'member') member = readBytes(context, '"member"', path);
    else if (field === 'score') score = readScore(reader);
    else skipUnknown(context, field, path);
  }, 'a member');
  if (member === undefined) return reader.failAtMark(start, '"member" is missing');
  if (score === undefined) return reader.failAtMark(start, '"score" is missing');
  return { member, score };
}

/** `"+inf"`, `"-inf"`, or a JSON number, rounded to the nearest double. */
function readScore(reader: JsonReader): number {
  if (reader.peek() === 'string') {
    const text = reader.string();
    if (text === '+inf') return Number.POSITIVE_INFINITY;
    if (text === '-inf') return Number.NEGATIVE_INFINITY;
    reader.fail(`"score" must be a number, "+inf" or "-inf", not "${printable(Buffer.from(text))}"`);
  }
  const score = Number(reader.number('"score"'));
  return Number.isFinite(score) ? score : reader.fail('"score" is too large for a double');
}
