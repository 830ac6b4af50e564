import { locatedRows } from '@ekv/adapter';
import { ArgumentError, type ReadableSnapshot, type RowSource, ScratchFolder, type Warn } from '@ekv/snapshot';
import {
  givenBytes,
  givenFields,
  givenObject,
  givenOnce,
  givenSnapshot,
  givenWarn,
  isIterable,
  type TextOrBytes,
  wrongKind,
} from '@ekv/snapshot/arguments';
import { REDIS_FAMILIES } from '../layout/families.ts';
import { BareExpiries } from '../values/bare-expiries.ts';
import { leaveDamagedRowsOut } from '../values/damaged-rows.ts';
import { closeOwners } from '../values/expiry-owners.ts';
import { openValues } from '../values/open-values.ts';
import { reportOrphanExpiries } from '../values/orphan-expiries.ts';
import type { KeyRange } from '../values/rows/key-order.ts';
import { ALL_KEYS, type ValueContext } from '../values/value-context.ts';
import { hyperLogLogKeys, stringKeys } from './blob-keys.ts';
import { hashKeys, listKeys, setKeys, sortedSetKeys } from './collection-keys.ts';
import type { RedisType, StoredKey } from './stored-key.ts';
import { streamKeys } from './stream-keys.ts';

export type { ReadableSnapshot } from '@ekv/snapshot';
export type {
  RedisType,
  StoredElements,
  StoredHash,
  StoredHyperLogLog,
  StoredKey,
  StoredList,
  StoredSet,
  StoredSortedSet,
  StoredStream,
  StoredStreamEntry,
  StoredString,
} from './stored-key.ts';

/** Which keys are wanted, and how they are read. */
export interface RedisKeysOptions<Type extends RedisType = RedisType> {
  /** Only keys that begin with this. Default: all. */
  readonly prefix?: TextOrBytes | undefined;
  /** Only keys of these types; rows of others are not read. Default: all. */
  readonly types?: Iterable<Type> | undefined;
  /** Gets what decode would say of the keys: counts that differ, values that no server shows (docs/errors.md). */
  readonly warn?: Warn | undefined;
  /** Folder for sorted runs, which are unlinked files. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

const OPTIONS: ReadonlyArray<keyof RedisKeysOptions> = ['prefix', 'types', 'warn', 'scratchRoot'];

type Reader = (context: ValueContext, bare: BareExpiries) => Generator<StoredKey>;

/** In the order in which they are given. */
const READERS: Readonly<Record<RedisType, Reader>> = {
  hyperloglog: hyperLogLogKeys,
  string: stringKeys,
  hash: hashKeys,
  list: listKeys,
  set: setKeys,
  zset: sortedSetKeys,
  stream: streamKeys,
};

/**
 * The Redis keys of a snapshot with their values, as decode finds them (docs/format/03-redis.md): type by type, in bounded memory.
 * The loop may be left at any time.
 *
 * Throws ArgumentError for arguments, SnapshotFormatError for a damaged row, with path, number of the entry and key.
 */
export function redisKeys<Type extends RedisType = RedisType>(
  snapshot: ReadableSnapshot,
  options: RedisKeysOptions<Type> = {},
): Generator<Extract<StoredKey, { type: Type }>, void, undefined> {
  return keysOf(givenSnapshot(snapshot), checked(options)) as Generator<
    Extract<StoredKey, { type: Type }>,
    void,
    undefined
  >;
}

interface Wanted {
  readonly types: ReadonlySet<RedisType>;
  readonly isWanted: (key: KeyRange) => boolean;
  readonly warn: Warn | undefined;
  readonly scratchRoot: string | undefined;
}

function checked(options: RedisKeysOptions): Wanted {
  const { prefix, types, warn, scratchRoot } = givenObject(options, 'the options of redisKeys');
  givenFields(options, OPTIONS, 'redisKeys', 'option');
  if (types !== undefined && !isIterable(types)) throw wrongKind(types, 'the option "types"', 'an iterable of types');
  if (types !== undefined) givenOnce(types, 'the option "types"');
  const all = Object.keys(READERS) as RedisType[];
  const wanted = new Set(types ?? all);
  for (const type of wanted) {
    if (!all.includes(type))
      throw new ArgumentError(`there is no type "${type}" of Redis keys; choose from ${all.join(', ')}`);
  }
  return {
    types: wanted,
    isWanted: prefix === undefined ? ALL_KEYS : beginsWith(givenBytes(prefix, 'the option "prefix"')),
    warn: givenWarn(warn, 'redisKeys'),
    scratchRoot,
  };
}

function beginsWith(prefix: Uint8Array): (key: KeyRange) => boolean {
  return ({ bytes, keyStart, keyEnd }) =>
    keyEnd - keyStart >= prefix.length &&
    bytes.compare(prefix, 0, prefix.length, keyStart, keyStart + prefix.length) === 0;
}

function* keysOf(snapshot: ReadableSnapshot, wanted: Wanted): Generator<StoredKey, void, undefined> {
  const source = snapshot.rowsOf(REDIS_FAMILIES);
  const scratch = new ScratchFolder(wanted.scratchRoot);
  try {
    yield* locatedRows(source, walkOver(source, scratch, wanted));
  } finally {
    scratch.remove();
  }
}

function* walkOver(source: RowSource, scratch: ScratchFolder, { types, isWanted, warn }: Wanted): Generator<StoredKey> {
  if (source.damage !== undefined) leaveDamagedRowsOut(source, scratch);
  const context = openValues(source, { scratch, warn, bareOrder: 'values', isWanted });
  try {
    const bare = new BareExpiries(context.expiries.bareValues);
    for (const type of Object.keys(READERS) as RedisType[]) {
      if (types.has(type)) yield* READERS[type](context, bare);
    }
    context.kinds?.report(context.warn);
    reportOrphanExpiries(context);
  } finally {
    context.kinds?.close();
    context.elements.clear();
    closeOwners(context.expiries);
  }
}
