import { hash } from 'node:crypto';
import type { FileSlice, SnapshotRow, Warn } from '@ekv/snapshot';
import type { TextOrBytes } from '@ekv/snapshot/arguments';
import { type WarnOptions, warnOf } from '@ekv/snapshot/arguments';
import type { ObjectFacts } from '../layout/head-value.ts';
import { isMd5 } from '../md5/md5-etag.ts';
import { givenBucketName } from './bucket-records.ts';
import { givenBody, type ObjectBody } from './given-body.ts';
import { checkSize, givenFacts, givenKey, givenSize, type ObjectDescription, objectName } from './given-object.ts';
import { MemorySense } from './memory-sense.ts';
import { ObjectRows } from './object-rows.ts';

/**
 * The rows of an object: a chunk for each MiB, then the manifest. Rows may be kept; bytes of a body in memory are not copied.
 * The ETag of such a body is its MD5 unless one is given; that of a slice of a file is left empty, and not compared: `Bucket.rows` reads
 * the file for it. `warn` gets what a server or its clients could not use, at once. Throws ArgumentError, and DataError for a body of
 * another size than the description says, before it is read. docs/format/05-s3.md, section 7.3.
 */
export function objectRecords(
  bucket: TextOrBytes,
  key: TextOrBytes,
  body: ObjectBody,
  description: ObjectDescription = {},
  options: WarnOptions = {},
): Iterable<SnapshotRow> {
  const warn = warnOf(options, 'objectRecords');
  const bucketName = givenBucketName(bucket);
  const keyBytes = givenKey(key, bucketName);
  const of = () => objectName(bucketName, keyBytes);
  const bytes = givenBody(body, of);
  const facts = givenFacts(description, of);
  checkSize(bytes.length, givenSize((description as SizedDescription).size, of), of);
  const md5 = needsMd5(facts, bytes, warn) ? hash('md5', bytes, 'hex') : undefined;
  const settled =
    md5 === undefined || facts.etag !== undefined ? facts : { ...facts, etag: Buffer.from(md5, 'latin1') };
  if (warn !== undefined) {
    const sense = new MemorySense(warn);
    sense.object(bucketName, keyBytes, settled, { length: bytes.length, md5 });
    sense.report();
  }
  return new ObjectRows(bucketName).kept(keyBytes, bytes, settled);
}

/** One that was made for `Bucket.rows` may be given too. */
interface SizedDescription extends ObjectDescription {
  readonly size?: number | bigint | undefined;
}

/** Whether the MD5 becomes the etag, or is compared with it. */
function needsMd5({ etag }: ObjectFacts, body: Uint8Array | FileSlice, warn: Warn | undefined): body is Uint8Array {
  return body instanceof Uint8Array && (etag === undefined || (warn !== undefined && isMd5(etag)));
}
