import { hash } from 'node:crypto';
import type { FileSlice, SnapshotRow } from '@ekv/snapshot';
import type { TextOrBytes } from '@ekv/snapshot/arguments';
import type { ObjectFacts } from '../layout/head-value.ts';
import { givenBucketName } from './bucket-records.ts';
import {
  givenBody,
  givenFacts,
  givenKey,
  type ObjectBody,
  type ObjectDescription,
  objectName,
} from './given-object.ts';
import { ObjectRows } from './object-rows.ts';

/**
 * The rows of an object: a chunk for each MiB, then the manifest. Rows may be kept; bytes of a body in memory are not copied.
 * The ETag of such a body is its MD5 unless one is given. Throws ArgumentError. docs/format/05-s3.md, section 7.3.
 */
export function objectRecords(
  bucket: TextOrBytes,
  key: TextOrBytes,
  body: ObjectBody,
  description: ObjectDescription = {},
): Iterable<SnapshotRow> {
  const bucketName = givenBucketName(bucket);
  const keyBytes = givenKey(key, bucketName);
  const of = () => objectName(bucketName, keyBytes);
  const bytes = givenBody(body, of);
  return new ObjectRows(bucketName).kept(keyBytes, bytes, withEtag(givenFacts(description, of), bytes));
}

function withEtag(facts: ObjectFacts, body: Uint8Array | FileSlice): ObjectFacts {
  if (facts.etag !== undefined || !(body instanceof Uint8Array)) return facts;
  return { ...facts, etag: Buffer.from(hash('md5', body, 'hex'), 'latin1') };
}
