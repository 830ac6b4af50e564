import { escapedPart } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { type BucketFacts, writeBucketValue } from '../layout/bucket-value.ts';
import { BUCKET_ROWS, GENERATION_ROWS } from '../layout/families.ts';
import { rowKey, u64 } from '../layout/row-keys.ts';

/** The generation of all restored buckets and objects; docs/format/05-s3.md, section 7.1. */
export const GENERATION = u64(1n);

/** The two rows of a bucket. Throws DataError for a name that no bucket can have. docs/format/05-s3.md, section 7.1. */
export function* bucketRecords(bucket: BucketFacts): Generator<SnapshotRow> {
  const name = Buffer.from(bucket.name).toString('latin1');
  if (/^\.{0,2}$/.test(name)) throw new DataError(`a bucket must have a name other than ${JSON.stringify(name)}`);
  const part = escapedPart(bucket.name);
  const json = new JsonBytes();
  writeBucketValue(json, bucket);
  yield { key: rowKey(BUCKET_ROWS, part), value: json.view() };
  yield { key: rowKey(GENERATION_ROWS, part), value: GENERATION };
}
