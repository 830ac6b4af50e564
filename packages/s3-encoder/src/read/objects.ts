import { escapedPart, locatedRows } from '@ekv/adapter';
import { type ReadableSnapshot, type RowSource, ScratchFolder } from '@ekv/snapshot';
import { givenBytes, givenObject, givenSnapshot, type TextOrBytes } from '@ekv/snapshot/arguments';
import { LiveHeads } from '../decode/live-heads.ts';
import type { HeadRows } from '../decode/rows.ts';
import { S3_FAMILIES } from '../layout/families.ts';
import { readHeadValue } from '../layout/head-value.ts';
import { RowJson } from '../layout/row-json.ts';
import { ObjectBodies } from './object-bodies.ts';
import { StoredObject } from './stored-object.ts';
import { SupersededObjects } from './superseded-objects.ts';

/** Which objects are wanted. */
export interface S3ObjectsOptions {
  /** Name of their bucket. Default: those of all buckets. */
  readonly bucket?: TextOrBytes | undefined;
  /** What their keys begin with. Default: those of all keys. */
  readonly prefix?: TextOrBytes | undefined;
}

/**
 * The objects of a snapshot as decode has them, in the order of their rows: by the bytes of bucket names, then of keys. Bodies are not
 * read before they are asked for. Memory does not depend on how many objects there are.
 *
 * Throws SnapshotFormatError for damaged rows, with path, ordinal and key; ArgumentError.
 *
 * @param snapshot that is open; it is checked when it was not.
 */
export function s3Objects(
  snapshot: ReadableSnapshot,
  options: S3ObjectsOptions = {},
): Generator<StoredObject, void, undefined> {
  const { bucket, prefix } = givenObject(options, 'the options of s3Objects');
  const wanted = {
    bucketPart: bucket === undefined ? undefined : escapedPart(givenBytes(bucket, 'the bucket of objects')),
    prefix: prefix === undefined ? NOTHING : givenBytes(prefix, 'the prefix of object keys'),
  };
  const source = givenSnapshot(snapshot).rowsOf(S3_FAMILIES);
  return locatedRows(source, objectsOf(source, wanted));
}

interface Wanted {
  /** The bucket's part of keys. */
  readonly bucketPart: Buffer | undefined;
  readonly prefix: Uint8Array;
}

const NOTHING = new Uint8Array(0);

function* objectsOf(source: RowSource, wanted: Wanted): Generator<StoredObject> {
  const json = new RowJson();
  const bodies = new ObjectBodies(source);
  const walk = new ObjectWalk(source, json, wanted);
  const { heads } = walk;
  try {
    while (walk.next()) yield new StoredObject(walk.bucket, heads, readHeadValue(json, heads), bodies);
  } finally {
    walk.close();
    bodies.close();
  }
}

/** Walks over the manifests of objects that are wanted; of a key in several generations that of the last one. */
class ObjectWalk {
  readonly #source: RowSource;
  readonly #wanted: Wanted;
  readonly #live: LiveHeads;
  readonly #scratch = new ScratchFolder();
  #part: Buffer | undefined;
  /** In a bucket without an active generation. */
  #superseded: SupersededObjects | undefined;
  /** Name of the bucket of the manifest at hand. */
  bucket = '';

  constructor(source: RowSource, json: RowJson, wanted: Wanted) {
    this.#source = source;
    this.#wanted = wanted;
    this.#live = new LiveHeads(source, json);
  }

  /** The manifest at hand, after {@link next}. */
  get heads(): HeadRows {
    return this.#live.heads;
  }

  /** Throws RowError. */
  next(): boolean {
    const { bucketPart, prefix } = this.#wanted;
    while (this.#live.next()) {
      const order = bucketPart === undefined ? 0 : this.#live.part.compare(bucketPart);
      if (order > 0) return false;
      if (order < 0) continue;
      if (this.#live.part !== this.#part) this.#beginBucket();
      const place = placeOfPrefix(this.heads.object, prefix);
      // Keys of several generations are not in order.
      if (place > 0 && bucketPart !== undefined && this.#superseded === undefined) return false;
      if (this.#superseded?.has(this.heads) !== true && place === 0) return true;
    }
    return false;
  }

  close(): void {
    this.#superseded?.close();
    this.#scratch.remove();
  }

  #beginBucket(): void {
    const { heads, part, active } = this.#live;
    heads.checkBucketName();
    this.#part = part;
    this.bucket = heads.bucket.toString();
    this.#superseded?.close();
    this.#superseded = active === 0n ? new SupersededObjects(this.#source, this.#scratch, heads) : undefined;
  }
}

/** 0 when the key begins with the prefix; else below 0 for a key that sorts before those that do, and above 0 for one after them. */
function placeOfPrefix(key: Buffer, prefix: Uint8Array): number {
  return key.compare(prefix, 0, prefix.length, 0, Math.min(key.length, prefix.length));
}
