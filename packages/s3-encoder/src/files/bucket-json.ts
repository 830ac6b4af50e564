import {
  FORMAT_VERSION,
  failWithoutVersion,
  type JsonFieldContext,
  readFormatVersion,
  readText,
  skipUnknown,
} from '@ekv/adapter';
import type { JsonBytes } from '@ekv/dump-tree';
import type { BucketFacts, BucketSettings } from '../layout/bucket-value.ts';
import { textField } from './object-sidecar.ts';

/** The bytes of `_bucket.json`. docs/format/05-s3.md, sections 2.2 and 9. */

/** Settings of a bucket that encode does not restore. */
const NOT_CARRIED = ['creation_time_iso', 'versioning', 'policy_json'] as const;

/** What the file says of its bucket. */
export interface BucketFile extends BucketFacts {
  readonly name: Buffer;
  /** Names of fields that have a value and are not restored. */
  readonly notCarried: readonly string[];
}

/** Reads the file. The texts are parts of its bytes. @param path byte string. Throws DataError, with path and line. */
export function readBucket(context: JsonFieldContext, path: string, bytes: Buffer): BucketFile {
  const { tree, reader } = context;
  const found: Record<string, Buffer | undefined> = {};
  let versionSeen = false;
  reader.reset(tree.display(path), bytes);
  const start = reader.mark();
  reader.object((field) => {
    switch (field) {
      case 'format_version':
        versionSeen = readFormatVersion(reader);
        return;
      case 'name':
      case 'owner':
      case 'region':
      case 'acl':
      case 'creation_time_iso':
      case 'versioning':
      case 'policy_json':
        found[field] = readText(reader, field);
        return;
      default:
        skipUnknown(context, field, path);
    }
  }, 'the file');
  reader.end();
  if (!versionSeen) failWithoutVersion((rule) => reader.failAtMark(start, rule));
  const { name, owner, region, acl } = found;
  if (name === undefined || name.length === 0) return reader.failAtMark(start, '"name" is missing or empty');
  const notCarried = NOT_CARRIED.filter((field) => (found[field]?.length ?? 0) > 0);
  return { name, owner, region, acl, notCarried };
}

/** Writes the file. @param name any bytes. */
export function writeBucket(json: JsonBytes, name: Buffer, { owner, region, acl }: BucketSettings): void {
  json.reset();
  json.text(`{\n  "format_version": ${FORMAT_VERSION},\n  "name": `);
  json.lossyString(name, 0, name.length, 'html');
  textField(json, 'owner', owner);
  textField(json, 'region', region);
  textField(json, 'acl', acl);
  json.text('\n}');
}
