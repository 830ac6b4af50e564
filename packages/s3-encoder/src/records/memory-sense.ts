import { type FindingKind, Findings, type Warn } from '@ekv/snapshot';
import type { BucketFacts } from '../layout/bucket-value.ts';
import type { ObjectFacts } from '../layout/head-value.ts';
import { isEtagOf, isMd5, mismatchOf } from '../md5/md5-etag.ts';
import { lookAtBucket } from '../sense/bucket-sense.ts';
import { ETAG_MISMATCH } from '../sense/object-findings.ts';
import { ObjectSense } from '../sense/object-sense.ts';
import { objectName } from './given-object.ts';

const MISMATCH: FindingKind = {
  ...ETAG_MISMATCH,
  advice: 'leave the ETag out, and it is computed; those of objects encrypted with keys of KMS are no MD5',
};

/** As sense of trees: what a server or its clients cannot use of buckets and objects that come from memory. */
export class MemorySense {
  readonly #warn: Warn;
  readonly #findings = new Findings();
  readonly #objects = new ObjectSense({ display: (place) => place }, this.#findings);

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  bucket(bucket: BucketFacts): void {
    lookAtBucket(this.#findings, { ...bucket, name: Buffer.from(bucket.name), notCarried: [] }, 'the bucket');
  }

  /** @param md5 of the body, in hex digits, when it was taken. */
  object(
    bucket: Uint8Array,
    key: Uint8Array,
    facts: ObjectFacts,
    { length, md5 }: { length: number; md5?: string | undefined },
  ): void {
    const hasTime = facts.lastModifiedMs !== undefined && facts.lastModifiedMs !== 0n;
    const name = objectName(bucket, key);
    this.#objects.look(key, { ...facts, size: BigInt(length), hasTime, unusableTime: undefined }, name);
    const { etag } = facts;
    if (md5 !== undefined && etag !== undefined && isMd5(etag) && !isEtagOf(md5, etag))
      this.#findings.add(MISMATCH, () => mismatchOf(name, etag, md5));
  }

  /** One warning for each kind. */
  report(): void {
    this.#findings.report(this.#warn);
  }
}
