export { type EncodeS3Options, encodeS3 } from './encode/index.ts';
export { type BucketFacts, bucketRecords } from './records/bucket-records.ts';
export { CHUNK_BYTES, type ObjectBody, type ObjectFacts, objectRecords } from './records/object-records.ts';
