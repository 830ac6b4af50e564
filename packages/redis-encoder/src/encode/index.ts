import type { ExpiryLimit } from '@ekv/adapter';
import { JsonReader, Keymap, Problems, StrayFiles, type TreeSource, UnknownFields } from '@ekv/dump-tree';
import { DataError, Findings, type ScratchFolder, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { givenFields, givenObject } from '@ekv/snapshot/arguments';
import { KEYMAP_PATH, TYPE_FOLDERS } from '../files/paths.ts';
import { KeyKinds } from '../key-kinds.ts';
import { nameRedisRows } from '../layout/row-names.ts';
import { Expiries } from '../sense/expiries.ts';
import { encodeCollections } from './collections.ts';
import type { EncodeContext } from './encode-context.ts';
import { HASHES } from './hashes.ts';
import { HELD_BYTES } from './large-file.ts';
import { LISTS } from './lists.ts';
import { SETS } from './sets.ts';
import { SORTED_SETS } from './sorted-sets.ts';
import { encodeStreams } from './streams.ts';
import { encodeHyperLogLogs, encodeStrings } from './strings.ts';
import { checkLayout } from './tree-layout.ts';
import { refuseTwoExpiries } from './two-expiries.ts';

/** How `encodeRedis` reads a tree. */
export interface EncodeRedisOptions {
  /** Gets what the operator should know: files and fields that were left out, expiries without a key. */
  readonly warn: Warn;
  /** For the sort of file names and expiries. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Added to all expiries, ms. Default: 0. */
  readonly shiftMs?: bigint | undefined;
  /** By which expiries are judged, ms since 1970. Default: the clock. */
  readonly nowMs?: bigint | undefined;
  /** Leaves keys out that had expired at a moment, by the tree's own expiries. Default: none. */
  readonly expired?: ExpiryLimit | undefined;
  /** A JSON file of more bytes is read value by value. Default: 8 MiB. */
  readonly heldBytes?: number | undefined;
}

const OPTIONS: ReadonlyArray<keyof EncodeRedisOptions> = [
  'warn',
  'scratch',
  'shiftMs',
  'nowMs',
  'expired',
  'heldBytes',
];

/**
 * The snapshot rows of the files below `redis/` of a dump tree, lazily. Bytes of a record are valid until the next one
 * is asked for.
 *
 * Problems of the tree do not end the walk: all are collected (up to 64) and thrown after the last record, a DataError
 * or a TreeProblemsError. Then the records given before must not be used. Throws ArgumentError at once for an option that is not known.
 */
export function encodeRedis(tree: TreeSource, options: EncodeRedisOptions): Generator<SnapshotRow> {
  givenFields(givenObject(options, 'the options of encodeRedis'), OPTIONS, 'encodeRedis', 'option');
  nameRedisRows();
  return rowsOf(tree, options);
}

function* rowsOf(tree: TreeSource, options: EncodeRedisOptions): Generator<SnapshotRow> {
  const problems = new Problems();
  const strays = new StrayFiles(tree, problems);
  const findings = new Findings();
  if (checkLayout(tree, problems, strays)) {
    const keymap = problems.attempt(() => Keymap.read(tree, KEYMAP_PATH) ?? 'none') ?? 'unreadable';
    const { shiftMs = 0n, nowMs = BigInt(Date.now()), heldBytes = HELD_BYTES } = options;
    const kinds = hasSeveralKinds(tree) ? new KeyKinds(options.scratch) : undefined;
    const context: EncodeContext = {
      warn: options.warn,
      scratch: options.scratch,
      tree,
      findings,
      expiries: new Expiries({ shiftMs, nowMs, findings, kinds }),
      kinds,
      heldBytes,
      expired: options.expired,
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
      // A misspelt field may be why another one is missing. Also when there are so many problems that the walk ended.
      context.unknownFields.report(options.warn);
    }
    kinds?.report(options.warn, (shared) => refuseTwoExpiries(shared, problems));
  }
  problems.throwIfAny();
  findings.report(options.warn);
  strays.report(options.warn, 'Redis');
}

function hasSeveralKinds(tree: TreeSource): boolean {
  return TYPE_FOLDERS.filter((folder) => isFolder(tree, folder)).length > 1;
}

/** What else stands there is a problem when the folder is read. */
function isFolder(tree: TreeSource, folder: string): boolean {
  try {
    return tree.isFolder(folder);
  } catch (error) {
    if (error instanceof DataError) return false;
    throw error;
  }
}

/** In the order of docs/format/03-redis.md, section 14. */
function* encodeDatabase(context: EncodeContext): Generator<SnapshotRow> {
  yield* encodeStrings(context);
  yield* encodeHyperLogLogs(context);
  yield* encodeCollections(context, HASHES);
  yield* encodeCollections(context, SETS);
  yield* encodeCollections(context, LISTS);
  yield* encodeCollections(context, SORTED_SETS);
  yield* encodeStreams(context);
}
