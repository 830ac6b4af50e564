export { type EncodeS3Options, encodeS3 } from './encode/index.ts';
export type { BucketFacts } from './layout/bucket-value.ts';
export { CHUNK_BYTES, type ObjectFacts } from './layout/head-value.ts';
export { bucketRecords } from './records/bucket-records.ts';
export { type ObjectBody, objectRecords } from './records/object-records.ts';
export * from './snapshot.ts';
