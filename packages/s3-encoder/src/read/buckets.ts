import { locatedRows } from '@ekv/adapter';
import type { ReadableSnapshot } from '@ekv/snapshot';
import { givenSnapshot } from '@ekv/snapshot/arguments';
import { BucketRows } from '../decode/rows.ts';
import { readBucketValue } from '../layout/bucket-value.ts';
import { S3_FAMILIES } from '../layout/families.ts';
import { RowJson } from '../layout/row-json.ts';
import { dateOf, textOf } from './texts.ts';

/** A bucket of a snapshot. */
export interface StoredBucket {
  readonly name: string;
  readonly owner: string | undefined;
  readonly region: string | undefined;
  readonly acl: string | undefined;
  /** When it was made; buckets that encode wrote do not say. */
  readonly creationDate: Date | undefined;
  /** Of its life: a bucket that is deleted and made again has the next one. */
  readonly generation: bigint;
}

/**
 * The buckets that have a row of their own, in the order of their names. Throws ArgumentError for what is no
 * snapshot, SnapshotFormatError with path, ordinal and key.
 *
 * @param snapshot that is open; it is checked when it was not.
 */
export function s3Buckets(snapshot: ReadableSnapshot): Generator<StoredBucket, void, undefined> {
  const source = givenSnapshot(snapshot).rowsOf(S3_FAMILIES);
  return locatedRows(
    source,
    bucketsOf(new RowJson(), () => new BucketRows(source)),
  );
}

function* bucketsOf(json: RowJson, open: () => BucketRows): Generator<StoredBucket> {
  for (const rows = open(); rows.present; rows.advance()) {
    rows.checkBucketName();
    const { owner, region, acl, createdAt, generation } = readBucketValue(json, rows);
    yield {
      name: rows.bucket.toString(),
      owner: textOf(owner),
      region: textOf(region),
      acl: textOf(acl),
      creationDate: dateOf(createdAt),
      generation,
    };
  }
}
