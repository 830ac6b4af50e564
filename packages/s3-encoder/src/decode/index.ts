import { JsonBytes, Problems, type TreeSink } from '@ekv/dump-tree';
import { type ReadableSnapshot, RowError, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { PAYLOAD_ROWS } from '../layout/families.ts';
import { RowJson } from '../layout/row-json.ts';
import { BodyWriter } from './bodies/body-writer.ts';
import { ChunkPayloads } from './bodies/chunk-payloads.ts';
import { withOtherBodies } from './bodies/other-payloads.ts';
import { decodeBuckets } from './buckets.ts';
import { DamagedRows } from './collected-damage.ts';
import { leaveDamageOut } from './damaged-rows.ts';
import type { DecodeContext } from './decode-context.ts';
import { warnOfSeveralGenerations } from './generation-warnings.ts';
import { nameObjects } from './names/object-names.ts';
import { writeS3State } from './state.ts';

export { S3_FAMILIES } from '../layout/families.ts';

/** How `decodeS3` reads a snapshot. */
export interface DecodeS3Options {
  /** Gets what the operator should know: chunks and objects that are left out, etags that do not fit. */
  readonly warn: Warn;
  /** For sorts that do not fit in memory. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Gives objects another path, by the key map, whose keys cannot be their paths. Default: no. */
  readonly renameCollisions?: boolean | undefined;
  /** Writes the rows of open uploads to `_incomplete_uploads`. Such a tree cannot be encoded. Default: no. */
  readonly includeIncompleteUploads?: boolean | undefined;
  /** Writes chunks that belong to no object to `_orphans`. Such a tree cannot be encoded. Default: no. */
  readonly includeOrphans?: boolean | undefined;
  /** Other snapshots, of nodes that keep bytes of large objects which this one lacks: only those are read from them. */
  readonly payloadsFrom?: readonly ReadableSnapshot[] | undefined;
  /** Takes the files of the whole state below `ekv/s3/`. Default: it is left out. */
  readonly state?: TreeSink | undefined;
  /** Threads that may work. With 1 the MD5 of large bodies is taken in the caller's. Default: 2. */
  readonly workers?: number | undefined;
}

/**
 * Writes the S3 rows of a snapshot as files below `s3/`: each bucket a folder, each object a body and a sidecar.
 *
 * `source` must have been checked with S3_FAMILIES among its families. No body is held in memory: it is copied from its
 * positions in the snapshot straight to its file. Throws DataError for what breaks a rule of docs/format/05-s3.md, with offset and
 * key where it is a row; several broken rows and objects are collected (up to 64) and thrown as a TreeProblemsError. Then what
 * was written must not be used. Of a snapshot that is salvaged such rows and objects are left out.
 */
export function decodeS3(source: RowSource, sink: TreeSink, options: DecodeS3Options): void {
  const json = new RowJson();
  const problems = new Problems();
  if (source.damage !== undefined) leaveDamageOut(source, json, options);
  try {
    writeTree({ source, sink, rowJson: json, problems }, options);
  } catch (error) {
    if (source.damage !== undefined || !(error instanceof RowError)) throw error;
    const damaged = new DamagedRows(problems);
    damaged.add(error);
    damaged.addAll(source, json, options);
  }
  problems.throwIfAny();
}

type RunContext = Pick<DecodeContext, 'source' | 'sink' | 'rowJson' | 'problems'>;

/** Ends at the first row whose key or value breaks a rule, with RowError; what is wrong with objects becomes a problem. */
function writeTree(run: RunContext, options: DecodeS3Options): void {
  const { source, sink, rowJson, problems } = run;
  const { scratch, warn, renameCollisions = false, includeIncompleteUploads = false, includeOrphans = false } = options;
  const { exceptions, leftOut } = nameObjects(source, { scratch, json: rowJson, renameCollisions });
  const others = options.payloadsFrom?.map((snapshot) => snapshot.rowsOf([PAYLOAD_ROWS])) ?? [];
  const payloads = new ChunkPayloads(source, scratch, () => others);
  const sorted = exceptions.sorted();
  const bodies = new BodyWriter(withOtherBodies(source, others), sink, options.workers);
  const json = new JsonBytes();
  try {
    const holdsState = options.state !== undefined;
    const context = {
      ...run,
      scratch,
      warn,
      json,
      bodies,
      payloads,
      includeIncompleteUploads,
      includeOrphans,
      holdsState,
    };
    decodeBuckets(context, sorted);
    if (options.state !== undefined) writeS3State({ source, sink: options.state, scratch, rowJson, warn });
  } finally {
    sorted.close();
    bodies.close();
    payloads.close();
  }
  if (leftOut === 0 || problems.count > 0) return;
  source.damage?.addOrphans(() => 'objects of lower generations, of buckets that do not tell the active one', leftOut);
  warnOfSeveralGenerations(leftOut, warn);
}
