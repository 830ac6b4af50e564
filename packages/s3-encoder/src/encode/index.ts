import type { EncodeRun, StateReading } from '@ekv/adapter';
import { JsonReader, Problems, StrayFiles, type TreeSource, UnknownFields } from '@ekv/dump-tree';
import { Findings, type ScratchFolder, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { BodyMd5 } from '../md5/body-md5.ts';
import { EtagCheck } from '../sense/etag-check.ts';
import { LaterEtags } from '../sense/later-etags.ts';
import { ObjectSense } from '../sense/object-sense.ts';
import { encodeBuckets } from './buckets.ts';
import type { EncodeContext } from './encode-context.ts';
import { KeymapProof } from './keymap-proof.ts';
import { BucketStates } from './state.ts';

export { hasSuffixRenames } from './suffix-renames.ts';

/** How `encodeS3` reads a tree. */
export interface EncodeS3Options {
  /** Gets what the operator should know: files and fields that were left out, times that mean nothing. */
  readonly warn: Warn;
  /** For the sort of file names and key maps. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Computes etags that are absent. Default: no. */
  readonly complete?: boolean | undefined;
  /**
   * Takes the check of etags of bodies above 16 KiB, which is then made while they are written, and gives the byte that the notes of
   * their slices begin with. Default: such a body is read for it, and once more when it is written.
   */
  readonly checkLater?: EncodeRun['checkLater'] | undefined;
  /** Threads that may work. With 1 the MD5 of large bodies is taken in the caller's. Default: 2. */
  readonly workers?: number | undefined;
  /** Reads the whole state below `ekv/s3/`, too. Default: it is not looked at. */
  readonly state?: StateReading | undefined;
}

/**
 * The snapshot rows of the buckets below `s3/` of a dump tree, lazily. Bytes of a row are valid until the next one is
 * asked for; values of large objects are slices of their files.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown after the last row, a DataError
 * or a TreeProblemsError. Then the rows given before must not be used.
 */
export function* encodeS3(tree: TreeSource, options: EncodeS3Options): Generator<SnapshotRow> {
  const { scratch, warn, complete = false } = options;
  const problems = new Problems();
  const findings = new Findings();
  const md5 = new BodyMd5(options.workers);
  // Where a body is read for its digest, its MD5 is taken on the way.
  const register = tree.takesDigests ? undefined : options.checkLater;
  const later = register === undefined ? undefined : new LaterEtags(tree, md5, register);
  const states =
    options.state === undefined ? undefined : new BucketStates({ tree, scratch, problems, findings }, options.state);
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
    states,
  };
  try {
    yield* encodeBuckets(context);
  } finally {
    states?.close();
    if (later === undefined) md5.close();
    // A misspelt field may be why another one is missing. Also when there are so many problems that the walk ended.
    context.unknownFields.report(warn);
  }
  problems.throwIfAny();
  findings.report(warn);
  context.strays.report(warn, 'S3');
}
