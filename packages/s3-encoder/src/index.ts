export { type EncodeS3Options, encodeS3 } from './encode/index.ts';
export { CHUNK_BYTES } from './layout/head-value.ts';
export type { StreamedBody } from './records/body-pieces.ts';
export { Bucket, type BucketObject } from './records/bucket.ts';
export { type BucketSettings, bucketRecords, type NamedBucket } from './records/bucket-records.ts';
export type { ObjectBody, ObjectDescription } from './records/given-object.ts';
export type { UserMetadata } from './records/given-texts.ts';
export { objectRecords } from './records/object-records.ts';
export type { WarnOptions } from './records/warn-options.ts';
