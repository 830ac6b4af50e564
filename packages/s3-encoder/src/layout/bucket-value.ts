import type { BucketRows } from '../decode/rows.ts';
import type { BucketFields } from '../files/bucket-json.ts';
import { NO_TEXT, type RowJson } from './row-json.ts';

/** Value of a bucket's row; docs/format/05-s3.md, section 1.3. */
export interface BucketValue extends BucketFields {
  /** 0 = none is active. */
  readonly generation: bigint;
  /** A clock value; 0 = not known. */
  readonly createdAt: bigint;
}

/** The texts are valid until the cursor goes on. Throws RowError. */
export function readBucketValue(json: RowJson, rows: BucketRows): BucketValue {
  const value = { generation: 0n, createdAt: 0n, owner: NO_TEXT, region: NO_TEXT, acl: NO_TEXT };
  json.read(rows, (field) => {
    switch (field) {
      case 'generation':
        value.generation = json.u64(field);
        return;
      case 'created_at_hlc':
        value.createdAt = json.u64(field);
        return;
      case 'owner':
      case 'region':
      case 'acl':
        value[field] = json.text(field);
        return;
      case 'bucket_name':
        json.text(field);
        return;
      default:
        json.reader.skip();
    }
  });
  return value;
}
