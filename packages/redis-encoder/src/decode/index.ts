import type { ExpiryLimit } from '@ekv/adapter';
import type { TreeSink } from '@ekv/dump-tree';
import { RowError, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { givenFields, givenObject } from '@ekv/snapshot/arguments';
import { leaveDamagedRowsOut, throwDamagedRows } from '../values/damaged-rows.ts';
import { openValues } from '../values/open-values.ts';
import { reportOrphanExpiries } from '../values/orphan-expiries.ts';
import { ALL_KEYS } from '../values/value-context.ts';
import { decodeCollections } from './collections.ts';
import type { DecodeContext } from './decode-context.ts';
import { GrowingFile } from './growing-file.ts';
import { HASH_FILES } from './hashes.ts';
import { KeyNames } from './key-names.ts';
import { decodeLists } from './lists.ts';
import { SET_FILES } from './sets.ts';
import { SORTED_SET_FILES } from './sorted-sets.ts';
import { decodeStreams } from './streams.ts';
import { decodeBlobs } from './strings.ts';

export { REDIS_FAMILIES } from '../layout/families.ts';

/** How `decodeRedis` reads a snapshot. */
export interface DecodeRedisOptions {
  /** Gets what the operator should know: counts that differ, expiries without a key. */
  readonly warn: Warn;
  /** For sorts that do not fit in memory. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Added to all expiries, ms. Default: 0. */
  readonly shiftMs?: bigint | undefined;
  /** Leaves keys out that had expired at a moment. Default: none. */
  readonly expired?: ExpiryLimit | undefined;
}

const OPTIONS: ReadonlyArray<keyof DecodeRedisOptions> = ['warn', 'scratch', 'shiftMs', 'expired'];

/**
 * Writes the Redis rows of a snapshot as files below `redis/`.
 *
 * Throws ArgumentError for an option that is not known. `source` must have been checked with REDIS_FAMILIES among its families. One collection is held in memory
 * at a time, up to 32 MiB of it.
 * Rows that break a rule of docs/format/03-redis.md are collected (up to 64): throws a RowError with offset, key and rule for
 * one, a TreeProblemsError for several; what was written before must not be used then. Of a snapshot that is salvaged such
 * rows are left out.
 */
export function decodeRedis(source: RowSource, sink: TreeSink, options: DecodeRedisOptions): void {
  givenFields(givenObject(options, 'the options of decodeRedis'), OPTIONS, 'decodeRedis', 'option');
  if (source.damage !== undefined) leaveDamagedRowsOut(source, options.scratch);
  try {
    decodeDatabase(source, sink, options);
  } catch (error) {
    // Nothing is written after a row that was refused: the others are only looked for.
    if (error instanceof RowError) throwDamagedRows(source, options.scratch);
    throw error;
  }
}

function decodeDatabase(source: RowSource, sink: TreeSink, options: DecodeRedisOptions): void {
  const { warn, scratch, shiftMs = 0n, expired } = options;
  const context: DecodeContext = {
    ...openValues(source, { scratch, warn, bareOrder: 'index rows', isWanted: ALL_KEYS, expired }),
    sink,
    names: new KeyNames(sink, scratch),
    shiftMs,
    file: new GrowingFile(sink),
  };
  decodeBlobs(context);
  decodeCollections(context, HASH_FILES);
  decodeLists(context);
  decodeCollections(context, SET_FILES);
  decodeCollections(context, SORTED_SET_FILES);
  decodeStreams(context);
  context.names.finish();
  context.kinds?.report(warn);
  reportOrphanExpiries(context);
  context.expired?.bare.close();
}
