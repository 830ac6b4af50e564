import { JsonBytes } from '@ekv/dump-tree';
import { DataError, type SnapshotRecord } from '@ekv/snapshot';
import { BUCKET_ROWS, GENERATION_ROWS } from '../layout/families.ts';
import { rowKey, u64 } from '../layout/row-keys.ts';
import { segment } from '../layout/segment.ts';

/** All that is restored of a bucket. Texts are UTF-8. */
export interface BucketFacts {
  readonly name: Uint8Array;
  readonly owner?: Uint8Array | undefined;
  readonly region?: Uint8Array | undefined;
  /** Such as `private`. */
  readonly acl?: Uint8Array | undefined;
}

/** The generation of all restored buckets and objects; docs/format/05-s3.md, section 7.1. */
export const GENERATION = u64(1n);

const NOTHING = Buffer.alloc(0);

/** The two rows of a bucket. Throws DataError for a name that no bucket can have. docs/format/05-s3.md, section 7.1. */
export function* bucketRecords(bucket: BucketFacts): Generator<SnapshotRecord> {
  const name = asBuffer(bucket.name);
  if (/^\.{0,2}$/.test(name.toString('latin1')))
    throw new DataError(`a bucket must have a name other than ${JSON.stringify(name.toString('latin1'))}`);
  const key = segment(name);
  const json = new JsonBytes();
  field(json, '{"bucket_name":', name);
  field(json, ',"generation":1,"created_at_hlc":0,"owner":', bucket.owner);
  field(json, ',"region":', bucket.region);
  field(json, ',"acl":', bucket.acl);
  json.text('}');
  yield { key: rowKey(BUCKET_ROWS, key), value: json.view() };
  yield { key: rowKey(GENERATION_ROWS, key), value: GENERATION };
}

function field(json: JsonBytes, before: string, text: Uint8Array | undefined): void {
  const bytes = text === undefined ? NOTHING : asBuffer(text);
  json.text(before);
  json.lossyString(bytes, 0, bytes.length, 'html');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
