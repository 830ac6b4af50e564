import type { JsonBytes } from '@ekv/dump-tree';
import { textField } from './object-sidecar.ts';

/** What `_bucket.json` tells of a bucket. */
export interface BucketFields {
  readonly owner: Buffer;
  readonly region: Buffer;
  readonly acl: Buffer;
}

/** Writes `_bucket.json`. @param name any bytes. docs/format/05-s3.md, section 2.2. */
export function bucketJson(json: JsonBytes, name: Buffer, fields: BucketFields): void {
  json.reset();
  json.text('{\n  "format_version": 1,\n  "name": ');
  json.lossyString(name, 0, name.length, 'html');
  textField(json, 'owner', fields.owner);
  textField(json, 'region', fields.region);
  textField(json, 'acl', fields.acl);
  json.text('\n}');
}
