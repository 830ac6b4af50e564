/** Key prefixes of the S3 rows; docs/format/05-s3.md, section 1.2. */
export const BUCKET_ROWS = '!s3|bucket|meta|';
/** Generation counters: written by encode, of no use to decode. */
export const GENERATION_ROWS = '!s3|bucket|gen|';
/** The manifest of an object. */
export const HEAD_ROWS = '!s3|obj|head|';
/** A chunk of an object's bytes. */
export const BLOB_ROWS = '!s3|blob|';
/** A chunk that lies elsewhere, named by its digest. */
export const REFERENCE_ROWS = '!s3|chunkref|';
/** What references name. */
export const PAYLOAD_ROWS = '!s3|chunkblob|';
export const UPLOAD_ROWS = '!s3|upload|meta|';
export const UPLOAD_PART_ROWS = '!s3|upload|part|';
/** Uploads whose chunks are to be removed unless they are completed; rows of the cluster itself. */
export const UPLOAD_GC_ROWS = '!s3|gc|upload|';

/** The families that count as S3 data; the longest match decides. */
export const S3_FAMILIES: readonly string[] = [
  BUCKET_ROWS,
  HEAD_ROWS,
  UPLOAD_ROWS,
  UPLOAD_PART_ROWS,
  BLOB_ROWS,
  REFERENCE_ROWS,
  PAYLOAD_ROWS,
];

/** Rows of the cluster itself; docs/format/01-snapshot.md, section 7.1. */
export const INTERNAL_FAMILIES: readonly string[] = [GENERATION_ROWS, UPLOAD_GC_ROWS, '!s3route|'];
