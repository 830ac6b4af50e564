import type { EncodeRun } from '@ekv/adapter';
import {
  type InputTree,
  JsonReader,
  Problems,
  refusedEntry,
  StrayFiles,
  type TreeEntry,
  UnknownFields,
} from '@ekv/dump-tree';
import { DataError, Findings, type ScratchFolder, type SnapshotRecord, type Warn } from '@ekv/snapshot';
import { readBucketFile } from '../files/bucket-json-reader.ts';
import { S3_FOLDER, SIDECAR_SUFFIX } from '../files/paths.ts';
import { BodyMd5 } from '../md5/body-md5.ts';
import { bucketRecords } from '../records/bucket-records.ts';
import { EtagCheck } from '../sense/etag-check.ts';
import { LaterEtags } from '../sense/later-etags.ts';
import { ObjectSense } from '../sense/object-sense.ts';
import type { EncodeContext } from './encode-context.ts';
import { FolderListing } from './folder-listing.ts';
import { KeymapProof } from './keymap-proof.ts';
import { BucketObjects } from './objects.ts';

export { hasSuffixRenames } from './suffix-renames.ts';

export interface EncodeS3Options {
  /** Gets what the operator should know: files and fields that were left out, times that mean nothing. */
  readonly warn: Warn;
  /** For the sort of file names and key maps. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Computes etags that are absent. Default: no. */
  readonly complete?: boolean;
  /**
   * Takes the check of etags of bodies above 16 KiB, which is then made while they are written, and gives the byte that the notes of
   * their slices begin with. Default: such a body is read for it, and once more when it is written.
   */
  readonly checkLater?: EncodeRun['checkLater'];
}

/**
 * The snapshot rows of the buckets below `s3/` of a dump tree, lazily. Bytes of a record are valid until the next one is
 * asked for; values of large objects are slices of their files.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown behind the last record, a DataError
 * or a TreeProblemsError. Then the records given before must not be used.
 */
export function* encodeS3(tree: InputTree, options: EncodeS3Options): Generator<SnapshotRecord> {
  const { scratch, warn, complete = false } = options;
  const problems = new Problems();
  const findings = new Findings();
  const md5 = new BodyMd5();
  // Where a body is read for its digest, its MD5 is taken on the way.
  const register = tree.takesDigests ? undefined : options.checkLater;
  const later = register === undefined ? undefined : new LaterEtags(tree, md5, register);
  const context: EncodeContext = {
    tree,
    scratch,
    problems,
    strays: new StrayFiles(tree, problems),
    unknownFields: new UnknownFields(),
    reader: new JsonReader(),
    findings,
    sense: new ObjectSense(tree, findings),
    etags: new EtagCheck({ tree, md5, findings, complete, later }),
    keymapProof: new KeymapProof(tree, findings),
  };
  try {
    for (const folder of bucketFolders(context)) yield* encodeBucket(context, folder);
  } finally {
    if (later === undefined) md5.close();
  }
  problems.throwIfAny();
  context.unknownFields.report(warn);
  findings.report(warn);
  context.strays.report(warn, 'S3');
}

function* encodeBucket(context: EncodeContext, folder: string): Generator<SnapshotRecord> {
  const { problems } = context;
  const bucket = problems.attempt(() => readBucketFile(context, folder));
  if (bucket === undefined) return;
  yield* bucketRecords(bucket);
  yield* problems.guard(new BucketObjects(context, folder, bucket.name).rows());
}

/** Folders of buckets, byte strings relative to the root, in the order of their names. */
function* bucketFolders({ tree, scratch, problems, strays }: EncodeContext): Generator<string> {
  if (problems.attempt(() => tree.isFolder(S3_FOLDER)) !== true) return;
  const listing = new FolderListing(tree, S3_FOLDER, scratch);
  for (let entries = listing.next(); entries !== undefined; entries = listing.next()) {
    const path = `${S3_FOLDER}/${entries.name}`;
    if (entries.sidecar !== undefined) addStray(path + SIDECAR_SUFFIX, entries.sidecar);
    if (entries.body === 'folder') yield path;
    else if (entries.body !== undefined) addStray(path, entries.body);
  }
  listing.close();

  function addStray(path: string, kind: TreeEntry['kind']): void {
    if (kind === 'link' || kind === 'special') problems.add(refusedEntry(tree.display(path), kind));
    else if (path.startsWith(`${S3_FOLDER}/_`)) strays.add(path, kind);
    else problems.add(new DataError(`${tree.display(path)} is no folder of a bucket; remove the file`));
  }
}
