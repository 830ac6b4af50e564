import { type InputTree, JsonReader, Keymap, Problems, StrayFiles, UnknownFields } from '@ekv/dump-tree';
import type { ScratchFolder, SnapshotRecord, Warn } from '@ekv/snapshot';
import {
  COLLECTION_SUFFIX,
  HASHES_FOLDER,
  KEYMAP_PATH,
  LISTS_FOLDER,
  SETS_FOLDER,
  SORTED_SETS_FOLDER,
  STREAM_SUFFIX,
  STREAMS_FOLDER,
} from '../files/paths.ts';
import {
  HASH_METADATA_ROWS,
  LIST_METADATA_ROWS,
  SET_METADATA_ROWS,
  SORTED_SET_METADATA_ROWS,
  STREAM_METADATA_ROWS,
} from '../layout/families.ts';
import { encodeHyperLogLogs, encodeStrings } from './blobs.ts';
import type { EncodeContext } from './encode-context.ts';
import { encodeHash } from './hashes.ts';
import { type KeyFile, keyFiles } from './key-files.ts';
import { encodeList } from './lists.ts';
import { encodeSet } from './sets.ts';
import { encodeSortedSet } from './sorted-sets.ts';
import { encodeStream } from './streams.ts';
import { checkLayout } from './tree-layout.ts';

export interface EncodeRedisOptions {
  /** Gets what the operator should know: files and fields that were left out, expiries without a key. */
  readonly warn: Warn;
  /** For the sort of file names and expiries. The caller removes it. */
  readonly scratch: ScratchFolder;
}

type FileEncoder = (context: EncodeContext, file: KeyFile) => Iterable<SnapshotRecord>;

/** Types with a file for each key, in the order in which they are encoded; docs/format/03-redis.md, section 14. */
const COLLECTIONS: ReadonlyArray<readonly [family: string, folder: string, suffix: string, encode: FileEncoder]> = [
  [HASH_METADATA_ROWS, HASHES_FOLDER, COLLECTION_SUFFIX, encodeHash],
  [SET_METADATA_ROWS, SETS_FOLDER, COLLECTION_SUFFIX, encodeSet],
  [LIST_METADATA_ROWS, LISTS_FOLDER, COLLECTION_SUFFIX, encodeList],
  [SORTED_SET_METADATA_ROWS, SORTED_SETS_FOLDER, COLLECTION_SUFFIX, encodeSortedSet],
  [STREAM_METADATA_ROWS, STREAMS_FOLDER, STREAM_SUFFIX, encodeStream],
];

/**
 * The snapshot rows of the files below `redis/` of a dump tree, lazily. Bytes of a record are valid until the next one
 * is asked for.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown behind the last record, a DataError
 * or a TreeProblemsError. Then the records given before must not be used.
 */
export function* encodeRedis(tree: InputTree, options: EncodeRedisOptions): Generator<SnapshotRecord> {
  const problems = new Problems();
  const strays = new StrayFiles(tree, problems);
  if (checkLayout(tree, problems, strays)) {
    const keymap = problems.attempt(() => Keymap.read(tree, KEYMAP_PATH) ?? 'none') ?? 'unreadable';
    const context: EncodeContext = {
      ...options,
      tree,
      problems,
      strays,
      unknownFields: new UnknownFields(),
      reader: new JsonReader(),
      keymap,
    };
    try {
      yield* encodeDatabase(context);
    } finally {
      if (keymap instanceof Keymap) keymap.close();
    }
    context.unknownFields.report(options.warn);
  }
  problems.throwIfAny();
  strays.report(options.warn, 'Redis');
}

function* encodeDatabase(context: EncodeContext): Generator<SnapshotRecord> {
  yield* encodeStrings(context);
  yield* encodeHyperLogLogs(context);
  for (const [family, folder, suffix, encode] of COLLECTIONS) {
    for (const file of keyFiles(context, family, folder, suffix)) yield* context.problems.guard(encode(context, file));
  }
}
