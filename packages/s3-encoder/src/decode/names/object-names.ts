import { Problems } from '@ekv/dump-tree';
import { ExternalSorter, MAIN_SORT_BYTES, type RowSource, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import { keyTraits, MAY_BE_REPLACED, NEEDS_SWITCH, Trait } from '../../files/key-traits.ts';
import { leafPath, type Rename, replacedPath, roomIn, userDataPath } from '../../files/object-path.ts';
import { bucketFolder } from '../../files/paths.ts';
import { isInside, pathOf, sortedPath } from '../../files/sorted-path.ts';
import { ORDINAL_BYTES, readOrdinal, writeOrdinal } from '../../layout/ordinals.ts';
import type { RowJson } from '../../layout/row-json.ts';
import { isLive } from '../head-walk.ts';
import { BucketRows, HeadRows } from '../rows.ts';
import { KeyRefusals } from './key-refusals.ts';
import { PathClashes } from './path-clashes.ts';
import { PathExceptions } from './path-exceptions.ts';
import { PrefixKeys } from './prefix-keys.ts';

/** A bucket without an active generation has objects of several. */
const GENERATIONS = 1 << 10;
/** An object is also the folder of another. */
const LEAF = 1 << 11;

export interface ObjectNamesOptions {
  readonly scratch: ScratchFolder;
  readonly json: RowJson;
  readonly renameCollisions: boolean;
}

export interface ObjectNames {
  readonly exceptions: PathExceptions;
  /** Objects left out because a later generation has their key. */
  readonly leftOut: number;
}

/** The objects of a bucket that are written, as a part of the family of manifests. */
interface BucketHeads {
  /** The bucket's part of their keys. */
  readonly part: Buffer;
  readonly name: Buffer;
  /** For paths, see `roomIn`. */
  readonly room: number;
  /** 0: objects of all generations are written. */
  readonly active: bigint;
  /** Position and number of the first row. */
  readonly offset: number;
  readonly ordinal: number;
  /** Traits of its keys together, see `keyTraits`; and what its objects have beyond their keys. */
  traits: number;
}

/**
 * Finds out which objects are not written under their keys, before anything is written. One walk over the manifests' keys
 * finds the buckets in which any two objects could be in each other's way; only their keys are sorted.
 * docs/format/05-s3.md, sections 3.2 and 4. Throws RowError, and DataError for keys that get no path.
 */
export function nameObjects(source: RowSource, options: ObjectNamesOptions): ObjectNames {
  return new ObjectNamer(source, options).run();
}

class ObjectNamer {
  readonly #source: RowSource;
  readonly #options: ObjectNamesOptions;
  readonly #exceptions: PathExceptions;
  readonly #refusals = new KeyRefusals();
  readonly #clashes = new Problems();
  readonly #prefixes = new PrefixKeys();
  #leftOut = 0;

  constructor(source: RowSource, options: ObjectNamesOptions) {
    this.#source = source;
    this.#options = options;
    this.#exceptions = new PathExceptions(options.scratch);
  }

  run(): ObjectNames {
    const buckets = new BucketRows(this.#source);
    const heads = new HeadRows(this.#source, { bodies: 'passed over' });
    while (heads.present) {
      const bucket = this.#begin(heads, buckets);
      this.#look(heads, bucket);
      if ((bucket.traits & ~Trait.keymapName) !== 0) this.#nameBucket(bucket);
    }
    this.#refusals.throwIfAny();
    this.#clashes.throwIfAny();
    return { exceptions: this.#exceptions, leftOut: this.#leftOut };
  }

  #begin(heads: HeadRows, buckets: BucketRows): BucketHeads {
    const part = Buffer.from(heads.bucketPart);
    const name = Buffer.from(heads.bucket);
    const active = buckets.activeGeneration(part, this.#options.json);
    return {
      part,
      name,
      room: roomIn(bucketFolder(name)),
      active,
      offset: heads.offset,
      ordinal: heads.ordinal,
      traits: 0,
    };
  }

  /** Walks over the bucket's keys once. */
  #look(heads: HeadRows, bucket: BucketHeads): void {
    const first = heads.generation;
    this.#prefixes.clear();
    for (; heads.isOfBucket(bucket.part); heads.advance()) {
      const generation = heads.generation;
      if (!isLive(generation, bucket.active)) continue;
      if (generation !== first && bucket.active === 0n) bucket.traits |= GENERATIONS;
      const key = heads.object;
      const traits = keyTraits(key, bucket.room);
      bucket.traits |= traits;
      if ((traits & Trait.empty) !== 0) this.#refusals.addUnusable(bucket.name, key);
      else if ((traits & NEEDS_SWITCH) !== 0) this.#refuseUnlessRenamed(bucket, key);
      // Keys of several generations are not in order; they are sorted in any case.
      if ((bucket.traits & (GENERATIONS | LEAF)) === 0 && this.#prefixes.isBelowKey(key, 0, key.length))
        bucket.traits |= LEAF;
    }
  }

  #refuseUnlessRenamed(bucket: BucketHeads, key: Buffer): void {
    if (!this.#options.renameCollisions) this.#refusals.addRenamable(bucket.name, key);
  }

  #nameBucket(bucket: BucketHeads): void {
    // With nothing to be written, all that is left to find is keys that are in the way of a key map.
    if (this.#refusals.count > 0 && (bucket.traits & Trait.keymapName) === 0) return;
    let names = new BucketNames(this.#options.scratch, this.#pathsOf(bucket, false));
    if (names.hasRename && (bucket.traits & Trait.keymapName) !== 0) {
      names.close();
      names = new BucketNames(this.#options.scratch, this.#pathsOf(bucket, true));
    }
    try {
      this.#take(names, bucket);
    } finally {
      names.close();
    }
  }

  #take(names: BucketNames, bucket: BucketHeads): void {
    if (this.#refusals.count > 0) return;
    this.#clashes.attempt(() => names.clashes.check(bucket.name));
    this.#leftOut += names.leftOut;
    names.moveTo(this.#exceptions);
  }

  /** The bucket's objects by the paths they would have if none was the folder of another. */
  #pathsOf(bucket: BucketHeads, hasKeymap: boolean): ExternalSorter {
    const sorter = new ExternalSorter({ scratch: this.#options.scratch, arenaBytes: MAIN_SORT_BYTES });
    const heads = new HeadRows(this.#source, { bodies: 'passed over', from: bucket.offset }, bucket.ordinal);
    for (; heads.isOfBucket(bucket.part); heads.advance()) {
      if (!isLive(heads.generation, bucket.active)) continue;
      const object = heads.object;
      const traits = keyTraits(object, bucket.room);
      if ((traits & Trait.empty) !== 0) continue;
      const key = object.toString('latin1');
      const path = (traits & MAY_BE_REPLACED) === 0 ? undefined : replacedPath(key, { hasKeymap, room: bucket.room });
      if (hasKeymap && path !== undefined && replacedPath(key, { hasKeymap: false, room: bucket.room }) === undefined)
        this.#refuseUnlessRenamed(bucket, object);
      const form = path !== undefined ? REPLACED : (traits & Trait.sidecarName) !== 0 ? SIDECAR_LIKE : PLAIN;
      addPath(sorter, path ?? key, heads.ordinal, form, path === undefined ? '' : key);
    }
    return sorter;
  }
}

/** What a key's path is so far: the key itself, the key though it ends like a sidecar, or made by section 4.1. */
const PLAIN = 0;
const SIDECAR_LIKE = 1;
const REPLACED = 2;

function addPath(sorter: ExternalSorter, path: string, ordinal: number, form: number, key: string): void {
  const payload = Buffer.allocUnsafe(1 + ORDINAL_BYTES + key.length);
  payload[0] = form;
  writeOrdinal(payload, 1, ordinal);
  payload.write(key, 1 + ORDINAL_BYTES, 'latin1');
  sorter.add(sortedPath(path), payload);
}

interface NamedObject {
  /** As sorted. */
  readonly path: Buffer;
  readonly key: string;
  readonly form: number;
  readonly ordinal: number;
}

function namedObject({ bytes, keyStart, keyEnd, payloadStart, payloadEnd }: SortedRows): NamedObject {
  const path = Buffer.from(bytes.subarray(keyStart, keyEnd));
  const form = bytes[payloadStart]!;
  const keyAt = payloadStart + 1 + ORDINAL_BYTES;
  return {
    path,
    key: form === REPLACED ? bytes.toString('latin1', keyAt, payloadEnd) : pathOf(path),
    form,
    ordinal: readOrdinal(bytes, payloadStart + 1),
  };
}

/** Settles the paths of one bucket's objects. */
class BucketNames {
  readonly clashes: PathClashes;
  readonly #exceptions: PathExceptions;
  hasRename = false;
  leftOut = 0;

  constructor(scratch: ScratchFolder, paths: ExternalSorter) {
    this.clashes = new PathClashes(scratch);
    this.#exceptions = new PathExceptions(scratch);
    this.#settleAll(paths.sorted());
    if (this.hasRename) this.clashes.addKeymap();
  }

  #settleAll(rows: SortedRows): void {
    // Objects with one path; which of them are folders shows when the next path is there.
    let same: NamedObject[] = [];
    while (rows.next()) {
      const next = namedObject(rows);
      if (same.length > 0 && !next.path.equals(same[0]!.path)) {
        this.#settle(same, isInside(same[0]!.path, next.path));
        same = [];
      }
      same.push(next);
    }
    this.#settle(same, false);
    rows.close();
  }

  moveTo(exceptions: PathExceptions): void {
    this.#exceptions.moveTo(exceptions);
  }

  close(): void {
    this.clashes.close();
    this.#exceptions.close();
  }

  /** Objects of one path: of one key in several generations the last counts; different keys clash later. */
  #settle(same: readonly NamedObject[], isFolder: boolean): void {
    const keys = new Set<string>();
    for (const object of same.toReversed()) {
      if (keys.has(object.key)) {
        this.leftOut++;
        this.#exceptions.leaveOut(object.ordinal);
      } else this.#place(object, isFolder);
      keys.add(object.key);
    }
  }

  #place(object: NamedObject, isFolder: boolean): void {
    const rename = renameOf(object, isFolder);
    this.clashes.addObject(rename?.path ?? object.key, object.key);
    if (rename === undefined) return;
    this.hasRename = true;
    this.#exceptions.rename(object.ordinal, rename);
  }
}

function renameOf({ key, form, path }: NamedObject, isFolder: boolean): Rename | undefined {
  if (form === REPLACED) {
    const replaced = pathOf(path);
    return { path: isFolder ? leafPath(replaced).path : replaced, kind: 'sha-fallback' };
  }
  if (form === SIDECAR_LIKE) return userDataPath(key);
  return isFolder ? leafPath(key) : undefined;
}
