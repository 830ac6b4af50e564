import {
  escapedPart,
  type KeyRange,
  keysFrom,
  type Owner,
  oneKey,
  partBytes,
  partEnd,
  type ReadOwner,
  type RowOwner,
  type RowOwners,
  type RowRole,
  rowOwners,
  sortedRanges,
} from '@ekv/adapter';
import { DataError } from '@ekv/snapshot';
import { readBucketValue } from '../layout/bucket-value.ts';
import { readChunkReference } from '../layout/chunk-reference.ts';
import {
  BLOB_ROWS,
  BUCKET_ROWS,
  GENERATION_ROWS,
  HEAD_ROWS,
  INTERNAL_FAMILIES,
  PAYLOAD_ROWS,
  REFERENCE_ROWS,
  S3_FAMILIES,
  UPLOAD_GC_ROWS,
  UPLOAD_PART_ROWS,
  UPLOAD_ROWS,
} from '../layout/families.ts';
import { RowJson } from '../layout/row-json.ts';
import { NUMBER_BYTES, rowKey, u64 } from '../layout/row-keys.ts';

/** Rows of a bucket, by its name alone. */
const OF_BUCKET: ReadonlyMap<string, RowRole> = new Map([
  [BUCKET_ROWS, 'definition'],
  [GENERATION_ROWS, 'counter'],
]);

/** Rows whose keys go on with a generation and an object's key; all other families but contents are markers. */
const OF_OBJECT: ReadonlyMap<string, RowRole> = new Map([
  [HEAD_ROWS, 'value'],
  [BLOB_ROWS, 'element'],
  [REFERENCE_ROWS, 'element'],
  [UPLOAD_ROWS, 'upload'],
  [UPLOAD_PART_ROWS, 'upload'],
  [UPLOAD_GC_ROWS, 'upload'],
]);

const FAMILIES = [...S3_FAMILIES, ...INTERNAL_FAMILIES];
const KEYED = FAMILIES.filter((family) => !OF_BUCKET.has(family) && family !== PAYLOAD_ROWS);

/**
 * Whose the S3 rows are. Contents that were taken out of their object are named by a digest; any number of objects may refer to one, so
 * they have no owner. docs/format/05-s3.md, section 1.2.
 */
export const s3Owners: RowOwners = rowOwners({
  addresses: { adapter: 's3', scope: 'bucket', unit: 'object' },
  families: new Map(FAMILIES.map((family) => [family, readerOf(family)])),
  ranges,
  contentKey,
  generationsIn,
});

function readerOf(family: string): ReadOwner {
  const role = OF_BUCKET.get(family) ?? OF_OBJECT.get(family) ?? (family === PAYLOAD_ROWS ? 'content' : 'marker');
  const read = family === PAYLOAD_ROWS ? () => true : OF_BUCKET.has(family) ? readBucketRow : readObjectRow;
  return (found, bytes, start, end) => {
    found.role = role;
    return read(found, bytes, start, end);
  };
}

function readBucketRow(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  return readBucket(found, bytes, start, end) !== -1;
}

/** @returns the end of the bucket's name, or -1. */
function readBucket(found: RowOwner, bytes: Buffer, start: number, end: number): number {
  const bucketEnd = partEnd(bytes, start, end);
  if (bucketEnd !== -1) found.scopePart.set(partBytes, bytes, start, bucketEnd);
  return bucketEnd;
}

function readObjectRow(found: RowOwner, bytes: Buffer, start: number, end: number): boolean {
  const bucketEnd = readBucket(found, bytes, start, end);
  if (bucketEnd === -1) return false;
  const objectAt = bucketEnd + NUMBER_BYTES;
  if (objectAt > end) return true;
  found.setGeneration('u64', bytes, bucketEnd, objectAt);
  const objectEnd = partEnd(bytes, objectAt, end);
  if (objectEnd === -1) return true;
  found.kind = 'object';
  found.keyPart.set(partBytes, bytes, objectAt, objectEnd);
  return true;
}

function ranges({ scope, key }: Owner, generations?: readonly bigint[]): KeyRange[] {
  if (scope === undefined) return sortedRanges(FAMILIES.map((family) => keysFrom(rowKey(family))));
  const bucket = escapedPart(scope);
  const object = key === undefined ? [] : [escapedPart(key)];
  const inGenerations = generations?.map((generation) => [bucket, u64(generation), ...object]) ?? [[bucket]];
  const found = KEYED.flatMap((family) => inGenerations.map((parts) => keysFrom(rowKey(family, ...parts))));
  if (key === undefined) for (const family of OF_BUCKET.keys()) found.push(oneKey(rowKey(family, bucket)));
  return sortedRanges(found);
}

const json = new RowJson();

/** A bucket of which none is active serves those of all. */
function generationsIn(found: RowOwner, bytes: Buffer, start: number, end: number): readonly bigint[] | 'all' {
  if (found.family !== BUCKET_ROWS) return [];
  try {
    const row = { bytes, keyStart: start, keyEnd: start, valueStart: start, valueEnd: end, offset: 0 };
    const { generation } = readBucketValue(json, row);
    return generation === 0n ? 'all' : [generation];
  } catch (error) {
    if (error instanceof DataError) return [];
    throw error;
  }
}

function contentKey(found: RowOwner, bytes: Buffer, start: number, end: number): Buffer | undefined {
  if (found.family !== REFERENCE_ROWS) return undefined;
  try {
    return Buffer.from(PAYLOAD_ROWS + readChunkReference(bytes, start, end).digest.toString('hex'), 'latin1');
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}
