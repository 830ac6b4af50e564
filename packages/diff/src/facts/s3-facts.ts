import { createHash } from 'node:crypto';
import { type StoredBucket, type StoredObject, s3Buckets, s3Objects } from '@ekv/s3-encoder/read';
import type { FactReader } from './fact-reader.ts';
import type { FactSort } from './fact-sort.ts';
import { packedBytes, packedDigest } from './value.ts';

const NO_NAME = Buffer.alloc(0);

/** Buckets with their settings, and objects with their headers, their metadata and the digest of their bodies. */
export const s3Facts: FactReader = (snapshot, facts) => {
  for (const bucket of s3Buckets(snapshot)) if (hasRow(bucket)) addBucket(bucket, facts);
  for (const object of s3Objects(snapshot)) addObject(object, facts);
};

/** One without a row of its own is there because of its objects, and they say so. */
function hasRow({ generation, owner, region, acl, creationDate }: StoredBucket): boolean {
  return generation !== 0n || [owner, region, acl, creationDate].some((setting) => setting !== undefined);
}

function addBucket({ name, owner, region, acl }: StoredBucket, facts: FactSort): void {
  facts.unit({ adapter: 's3', scope: Buffer.from(name) });
  addTexts(facts, 'setting', { owner, region, acl });
}

function addObject(object: StoredObject, facts: FactSort): void {
  const { bucket, keyBytes, etag, lastModified, userMetadata } = object;
  facts.unit({ adapter: 's3', scope: Buffer.from(bucket), key: keyBytes });
  addTexts(facts, 'property', {
    etag,
    'content type': object.contentType,
    'content encoding': object.contentEncoding,
    'cache control': object.cacheControl,
    'content disposition': object.contentDisposition,
    'last modified': lastModified?.toISOString(),
  });
  addTexts(facts, 'metadata', userMetadata);
  const hash = createHash('sha256');
  for (const piece of object.pieces()) hash.update(piece);
  facts.fact('body', NO_NAME, packedDigest(object.size, hash.digest()));
}

function addTexts(
  facts: FactSort,
  part: 'setting' | 'property' | 'metadata',
  texts: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, text] of Object.entries(texts))
    if (text !== undefined) facts.fact(part, Buffer.from(name), packedBytes(Buffer.from(text)));
}
