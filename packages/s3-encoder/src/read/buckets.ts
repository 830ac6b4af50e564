import type { ReadableSnapshot } from '@ekv/snapshot';
import { givenSnapshot, type WarnOptions, warnOf } from '@ekv/snapshot/arguments';
import { BucketRows, HeadRows } from '../decode/rows.ts';
import { readBucketValue } from '../layout/bucket-value.ts';
import type { RowJson } from '../layout/row-json.ts';
import { type StoredRows, storedRows } from './stored-rows.ts';
import { dateOf, textOf } from './texts.ts';

/** A bucket of a snapshot. */
export interface StoredBucket {
  readonly name: string;
  readonly owner: string | undefined;
  readonly region: string | undefined;
  readonly acl: string | undefined;
  /** When it was made; buckets that encode wrote do not say. */
  readonly creationDate: Date | undefined;
  /** Of its life: a bucket that is deleted and made again has the next one. 0 = none is active, and objects of all count. */
  readonly generation: bigint;
}

/**
 * The buckets of a snapshot, in the order of their names; those too that have objects and no row of their own. The loop may be left early.
 *
 * @param options as all readers have them; of a bucket there is nothing to tell today.
 * @throws ArgumentError at once for arguments; in the loop SnapshotFormatError, with path, ordinal and key of a row that breaks a
 *   rule of docs/format/05-s3.md.
 */
export function s3Buckets(
  snapshot: ReadableSnapshot,
  options: WarnOptions = {},
): Generator<StoredBucket, void, undefined> {
  givenSnapshot(snapshot);
  warnOf(options, 's3Buckets');
  return storedRows(snapshot, bucketsOf);
}

function* bucketsOf({ source, json }: StoredRows): Generator<StoredBucket, void, undefined> {
  const buckets = new BucketRows(source);
  const heads = new HeadRows(source, { bodies: 'passed over' });
  while (buckets.present || heads.present) {
    const hasRow = buckets.present && (!heads.present || !heads.isOfBucketBefore(buckets));
    const part = Buffer.from((hasRow ? buckets : heads).bucketPart);
    yield hasRow ? described(buckets, json) : bare(heads);
    if (hasRow) buckets.advance();
    while (heads.isOfBucket(part)) heads.advance();
  }
}

function described(rows: BucketRows, json: RowJson): StoredBucket {
  rows.checkBucketName();
  const { owner, region, acl, createdAt, generation } = readBucketValue(json, rows);
  const name = rows.bucket.toString();
  const texts = { owner: textOf(owner), region: textOf(region), acl: textOf(acl) };
  return { name, ...texts, creationDate: dateOf(createdAt), generation };
}

function bare(rows: HeadRows): StoredBucket {
  rows.checkBucketName();
  const name = rows.bucket.toString();
  return { name, owner: undefined, region: undefined, acl: undefined, creationDate: undefined, generation: 0n };
}
