import { DESCRIPTION_JSON, encodeSegment } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import type { EncodeContext } from '../encode/encode-context.ts';
import { readFormatVersion, readText, skipUnknown } from '../encode/json-fields.ts';
import type { BucketFacts } from '../records/bucket-records.ts';
import { lookAtBucket } from '../sense/bucket-sense.ts';
import { BUCKET_FILE, bucketFolder } from './paths.ts';

/** Settings of a bucket that encode does not restore. */
const NOT_CARRIED = ['creation_time_iso', 'versioning', 'policy_json'] as const;

/** Reads the `_bucket.json` of a bucket's folder. Throws DataError. docs/format/05-s3.md, sections 2.2 and 9. */
export function readBucketFile(context: EncodeContext, folder: string): BucketFacts {
  const { tree, reader, findings } = context;
  const path = `${folder}/${BUCKET_FILE}`;
  const found: Record<string, Buffer | undefined> = {};
  let versionSeen = false;
  // The texts are needed until all other files of the bucket are read.
  reader.reset(tree.display(path), Buffer.from(tree.read(path, DESCRIPTION_JSON)));
  const start = reader.mark();
  reader.object((field) => {
    switch (field) {
      case 'format_version':
        versionSeen = readFormatVersion(context);
        return;
      case 'name':
      case 'owner':
      case 'region':
      case 'acl':
      case 'creation_time_iso':
      case 'versioning':
      case 'policy_json':
        found[field] = readText(context, field);
        return;
      default:
        skipUnknown(context, field, path);
    }
  }, 'the file');
  reader.end();
  if (!versionSeen) reader.failAtMark(start, '"format_version" is missing, it must be 1');
  const { name, owner, region, acl } = found;
  if (name === undefined || name.length === 0) return reader.failAtMark(start, '"name" is missing or empty');
  if (bucketFolder(name) !== folder) throw otherFolder(tree.display(path), name);
  lookAtBucket(
    findings,
    { name, acl },
    NOT_CARRIED.filter((field) => (found[field]?.length ?? 0) > 0),
    tree.display(path),
  );
  return { name, owner, region, acl };
}

function otherFolder(path: string, name: Buffer): DataError {
  return new DataError(
    `${path}: the bucket is named ${JSON.stringify(name.toString())}, so its folder must be ${encodeSegment(name)}; rename the folder`,
  );
}
