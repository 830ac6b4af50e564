import { partBytes, partEnd } from '@ekv/adapter';
import { printable } from '@ekv/snapshot';
import { BLOB_ROWS, BUCKET_ROWS, GENERATION_ROWS, HEAD_ROWS } from './families.ts';
import { NUMBER_BYTES } from './row-keys.ts';

/** A row in the words of people, by its key, for `nameRows`. docs/format/05-s3.md, section 1.2. */
export function s3RowName(row: Buffer): string | undefined {
  const text = row.toString('latin1', 0, BUCKET_ROWS.length);
  const family = [BUCKET_ROWS, GENERATION_ROWS, HEAD_ROWS, BLOB_ROWS].find((prefix) => text.startsWith(prefix));
  if (family === undefined) return undefined;
  const bucketEnd = partEnd(row, family.length, row.length);
  if (bucketEnd === -1) return undefined;
  const bucket = `the S3 bucket "${printable(partBytes(row, family.length, bucketEnd))}"`;
  if (family === BUCKET_ROWS || family === GENERATION_ROWS) return bucket;
  const keyAt = bucketEnd + NUMBER_BYTES;
  const keyEnd = partEnd(row, keyAt, row.length);
  return keyEnd === -1 ? undefined : `the object "${printable(partBytes(row, keyAt, keyEnd))}" in ${bucket}`;
}
