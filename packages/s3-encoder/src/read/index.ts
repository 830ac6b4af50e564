export type { ReadableSnapshot } from '@ekv/snapshot';
export { type StoredBucket, s3Buckets } from './buckets.ts';
export { type S3ObjectsOptions, s3Objects } from './objects.ts';
export type { StoredObject } from './stored-object.ts';
