import { encodeFileName } from '@ekv/dump-tree';

/** Names of the dump tree that S3 objects share their folders with; docs/format/05-s3.md, sections 2.1 and 4. */
export const S3_FOLDER = 's3';
export const BUCKET_FILE = '_bucket.json';
export const KEYMAP_FILE = 'KEYMAP.jsonl';
export const ORPHANS_FOLDER = '_orphans';
export const UPLOADS_FOLDER = '_incomplete_uploads';
export const UPLOAD_RECORDS = `${UPLOADS_FOLDER}/records.jsonl`;

/** Behind the path of a body: its sidecar. */
export const SIDECAR_SUFFIX = '.elastickv-meta.json';
/** Behind the path of an object that is also the folder of another. */
export const LEAF_SUFFIX = '.elastickv-leaf-data';
/** Behind the path of an object whose key ends like a sidecar. */
export const USER_DATA_SUFFIX = '.user-data';

/** The folder of a bucket, as a byte string relative to the root. Section 3.1. */
export function bucketFolder(name: Uint8Array): string {
  return `${S3_FOLDER}/${encodeFileName(name)}`;
}

/** Whether a path is that of a bucket's settings or of a sidecar, whatever objects are there. */
export function isJsonPath(path: string): boolean {
  return path.endsWith(SIDECAR_SUFFIX) || /^s3\/[^/]*\/_bucket\.json$/.test(path);
}

/** Whether a path is that of a bucket's key map; the name may also be a user's object. */
export function isKeymapPath(path: string): boolean {
  return /^s3\/[^/]*\/KEYMAP\.jsonl$/.test(path);
}
