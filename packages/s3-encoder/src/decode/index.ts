import { JsonBytes, Problems, type TreeSink } from '@ekv/dump-tree';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import { BodyWriter } from './bodies/body-writer.ts';
import { ChunkPayloads } from './bodies/chunk-payloads.ts';
import { decodeBuckets } from './buckets.ts';
import { leaveDamageOut } from './damaged-objects.ts';
import { nameObjects } from './names/object-names.ts';
import { RowJson } from './row-json.ts';

export { S3_FAMILIES } from '../layout/families.ts';

export interface DecodeS3Options {
  /** Gets what the operator should know: chunks and objects that are left out, etags that do not fit. */
  readonly warn: Warn;
  /** For sorts that do not fit in memory. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Gives objects another path, by the key map, whose keys cannot be their paths. Default: no. */
  readonly renameCollisions?: boolean;
  /** Writes the rows of open uploads to `_incomplete_uploads`. Such a tree cannot be encoded. Default: no. */
  readonly includeIncompleteUploads?: boolean;
  /** Writes chunks that belong to no object to `_orphans`. Such a tree cannot be encoded. Default: no. */
  readonly includeOrphans?: boolean;
}

/**
 * Writes the S3 rows of a snapshot as files below `s3/`: each bucket a folder, each object a body and a sidecar.
 *
 * `source` must have been checked with S3_FAMILIES among its families. No body is held in memory: it is copied from its
 * places in the snapshot straight to its file. Throws DataError, with the offset and the key where a row is wrong, for
 * what breaks a rule of docs/format/05-s3.md; TreeProblemsError for several broken objects. Of a
 * snapshot that is salvaged such rows and objects are left out.
 */
export function decodeS3(source: RowSource, sink: TreeSink, options: DecodeS3Options): void {
  const { scratch, warn } = options;
  const rowJson = new RowJson();
  if (source.damage !== undefined) leaveDamageOut(source, rowJson, options);
  const { changes, leftOut } = nameObjects(source, {
    scratch,
    json: rowJson,
    renameCollisions: options.renameCollisions ?? false,
  });
  const payloads = new ChunkPayloads(source, scratch);
  const problems = new Problems();
  const context = {
    source,
    sink,
    scratch,
    warn,
    problems,
    rowJson,
    json: new JsonBytes(),
    bodies: new BodyWriter(source, sink),
    payloads,
    includeUploads: options.includeIncompleteUploads ?? false,
    includeOrphans: options.includeOrphans ?? false,
  };
  const sorted = changes.sorted();
  try {
    decodeBuckets(context, sorted);
  } finally {
    sorted.close();
    context.bodies.close();
    payloads.close();
  }
  problems.throwIfAny();
  if (leftOut === 0) return;
  source.damage?.addOrphans(() => 'objects of lower generations, of buckets that do not tell the active one', leftOut);
  warn({
    event: 's3_several_generations',
    message: 'buckets without an active generation have objects of one key in several: the highest was written',
    fields: { count: leftOut },
    loss: true,
  });
}
