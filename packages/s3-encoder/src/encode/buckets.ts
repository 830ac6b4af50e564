import { DESCRIPTION_JSON, encodeFileName, refusedEntry, type TreeEntry } from '@ekv/dump-tree';
import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { readBucket } from '../files/bucket-json.ts';
import { BUCKET_FILE, bucketFolder, S3_FOLDER, SIDECAR_SUFFIX } from '../files/paths.ts';
import type { BucketFacts } from '../layout/bucket-value.ts';
import { u64 } from '../layout/row-keys.ts';
import { bucketRows } from '../records/bucket-records.ts';
import { lookAtBucket } from '../sense/bucket-sense.ts';
import type { EncodeContext } from './encode-context.ts';
import { FolderListing } from './folder-listing.ts';
import { BucketObjects } from './objects.ts';

/** The rows of all buckets. Problems are collected. docs/format/05-s3.md, sections 7.1 and 7.2. */
export function* encodeBuckets(context: EncodeContext): Generator<SnapshotRow> {
  const { states } = context;
  for (const folder of bucketFolders(context)) {
    if (states !== undefined) yield* states.before(folder.slice(S3_FOLDER.length + 1));
    yield* encodeBucket(context, folder);
  }
  if (states !== undefined) yield* states.before();
}

function* encodeBucket(context: EncodeContext, folder: string): Generator<SnapshotRow> {
  const { problems } = context;
  const bucket = problems.attempt(() => bucketIn(context, folder));
  if (bucket === undefined) return;
  const name = folder.slice(S3_FOLDER.length + 1);
  const { states } = context;
  const state = states?.bucket(name);
  yield* bucketRows(bucket, state);
  const generation = state === undefined ? undefined : u64(state.generation);
  yield* problems.guard(new BucketObjects(context, folder, bucket.name, generation).rows());
  if (state !== undefined) yield* states!.uploads(name, state);
}

/** Folders of buckets, byte strings relative to the root, in the order of their names. */
function* bucketFolders({ tree, scratch, problems, strays }: EncodeContext): Generator<string> {
  if (problems.attempt(() => tree.isFolder(S3_FOLDER)) !== true) return;
  const listing = new FolderListing(problems.guard(tree.entries(S3_FOLDER)), scratch);
  try {
    for (let entries = listing.next(); entries !== undefined; entries = listing.next()) {
      const path = `${S3_FOLDER}/${entries.name}`;
      if (entries.sidecar !== undefined) addStray(path + SIDECAR_SUFFIX, entries.sidecar);
      if (entries.body === 'folder') yield path;
      else if (entries.body !== undefined) addStray(path, entries.body);
    }
  } finally {
    listing.close();
  }

  function addStray(path: string, kind: TreeEntry['kind']): void {
    if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (path.startsWith(`${S3_FOLDER}/_`)) strays.add(path, kind);
    else problems.add(new DataError(`${tree.display(path)} is no folder of a bucket; remove the file`));
  }
}

/** Throws DataError. */
function bucketIn(context: EncodeContext, folder: string): BucketFacts {
  const { tree, findings } = context;
  const path = `${folder}/${BUCKET_FILE}`;
  // The texts are needed until all other files of the bucket are read.
  const bucket = readBucket(context, path, Buffer.from(tree.read(path, DESCRIPTION_JSON)));
  if (bucketFolder(bucket.name) !== folder) throw otherFolder(tree.display(path), bucket.name);
  lookAtBucket(findings, bucket, tree.display(path));
  return bucket;
}

function otherFolder(path: string, name: Buffer): DataError {
  return new DataError(
    `${path}: the bucket is named ${JSON.stringify(name.toString())}, so its folder must be ${encodeFileName(name)}; rename the folder`,
  );
}
