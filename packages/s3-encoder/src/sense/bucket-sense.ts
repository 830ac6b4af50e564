import type { FindingKind, Findings } from '@ekv/snapshot';
import type { BucketFile } from '../files/bucket-json.ts';

const SETTINGS: FindingKind = {
  event: 's3_settings_not_carried',
  says: 'buckets have settings that are known and that a snapshot made by encode does not carry',
  advice: 'set them anew after the restore, and take them out of _bucket.json',
  loss: true,
};

const UNSERVABLE_NAMES: FindingKind = {
  event: 's3_unservable_buckets',
  says: 'buckets have names that S3 does not allow (3 to 63 of a-z, 0-9, "." and "-", a letter or digit at both ends, no ".." and no IP address)',
  advice: 'clients may refuse them; give the bucket another name',
};

const UNKNOWN_ACLS: FindingKind = {
  event: 's3_unknown_acl',
  says: 'buckets have an "acl" that is none of S3',
  advice: 'a server gives no access by it; write one of private, public-read, ...',
  doubt: true,
};

/** Canned ACLs of S3; an empty one is `private`. */
const ACLS: ReadonlySet<string> = new Set([
  '',
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
  'log-delivery-write',
]);

const NAME = /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** What is looked at of a bucket. */
type LookedAt = Pick<BucketFile, 'name' | 'acl' | 'notCarried'>;

/** Looks at what `_bucket.json` says of a bucket. docs/format/05-s3.md, section 7.5. @param path of the file, for people. */
export function lookAtBucket(findings: Findings, { name, acl, notCarried }: LookedAt, path: string): void {
  if (notCarried.length > 0) findings.add(SETTINGS, () => `${path} (${notCarried.join(', ')})`);
  if (!NAME.test(text(name))) findings.add(UNSERVABLE_NAMES, () => `${path} (${JSON.stringify(text(name))})`);
  if (!ACLS.has(text(acl))) findings.add(UNKNOWN_ACLS, () => `${path} (${JSON.stringify(text(acl))})`);
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString();
}
