import type { Warn } from '@ekv/snapshot';
import { StaleObjects, warnOfSeveralGenerations } from '../decode/generation-warnings.ts';
import { HeadWalk } from '../decode/head-walk.ts';
import { BucketRows, type HeadRows } from '../decode/rows.ts';
import type { StoredRows } from './stored-rows.ts';
import { SupersededObjects } from './superseded-objects.ts';

/** Which objects a walk is to give. */
export interface WantedObjects {
  /** Their bucket's part of keys. */
  readonly bucketPart: Buffer | undefined;
  readonly prefix: Uint8Array;
  /** Gets what was left out of them. */
  readonly warn: Warn | undefined;
}

/** Walks over the manifests of objects that are wanted; of a key in several generations that of the last one. */
export class ObjectWalk {
  readonly #rows: StoredRows;
  readonly #wanted: WantedObjects;
  readonly #walk: HeadWalk;
  readonly #staleObjects: StaleObjects | undefined;
  #part: Buffer | undefined;
  /** In a bucket without an active generation. */
  #superseded: SupersededObjects | undefined;
  #active = 0n;
  /** Left out for the active generation of the bucket at hand. */
  #stale = 0;
  /** Left out for a later generation of their key, of all buckets. */
  #leftOut = 0;
  /** Name of the bucket of the manifest at hand. */
  bucket = '';

  constructor(rows: StoredRows, wanted: WantedObjects) {
    this.#rows = rows;
    this.#wanted = wanted;
    this.#walk = new HeadWalk(rows.source, rows.json);
    this.#staleObjects = wanted.warn === undefined ? undefined : new StaleObjects(wanted.warn);
  }

  /** The manifest at hand, after {@link next}. */
  get heads(): HeadRows {
    return this.#walk.heads;
  }

  /** Whether the bucket that is wanted has a row, or objects. To be asked after the last one. */
  get hasBucket(): boolean {
    const { bucketPart } = this.#wanted;
    return bucketPart === undefined || this.#part !== undefined || hasRow(this.#rows, bucketPart);
  }

  /** Throws RowError. */
  next(): boolean {
    const { bucketPart, prefix } = this.#wanted;
    const walk = this.#walk;
    while (walk.next()) {
      const order = bucketPart === undefined ? 0 : walk.part.compare(bucketPart);
      if (order > 0) return false;
      if (order < 0) continue;
      if (walk.part !== this.#part) this.#beginBucket();
      // Asked of each object in turn, wanted or not.
      const isSuperseded = this.#superseded?.has(this.heads) === true;
      const place = placeOfPrefix(this.heads.object, prefix);
      if (place > 0 && this.#isPastWanted()) return false;
      if (place !== 0) continue;
      if (!walk.isLive) this.#stale++;
      else if (isSuperseded) this.#leftOut++;
      else return true;
    }
    return false;
  }

  /** Says what was left out. To be called after the last object. */
  report(): void {
    const { warn } = this.#wanted;
    if (warn === undefined) return;
    this.#endBucket();
    this.#staleObjects?.finish();
    warnOfSeveralGenerations(this.#leftOut, warn);
  }

  close(): void {
    this.#superseded?.close();
  }

  /** Whether no key after the one at hand, which is after all that are wanted, can be one. Keys of several generations are not in order. */
  #isPastWanted(): boolean {
    return this.#wanted.bucketPart !== undefined && this.#superseded === undefined && this.#walk.isLive;
  }

  #beginBucket(): void {
    this.#endBucket();
    const { heads, part, active } = this.#walk;
    const { source, scratch } = this.#rows;
    heads.checkBucketName();
    this.#part = part;
    this.#active = active;
    this.bucket = heads.bucket.toString();
    this.#superseded?.close();
    this.#superseded = active === 0n ? new SupersededObjects(source, scratch, heads) : undefined;
  }

  #endBucket(): void {
    if (this.#part !== undefined) this.#staleObjects?.add(Buffer.from(this.bucket), this.#active, this.#stale);
    this.#stale = 0;
  }
}

/** 0 when the key begins with the prefix; else below 0 for a key that sorts before those that do, and above 0 for one after them. */
function placeOfPrefix(key: Buffer, prefix: Uint8Array): number {
  return key.compare(prefix, 0, prefix.length, 0, Math.min(key.length, prefix.length));
}

function hasRow({ source }: StoredRows, bucketPart: Buffer): boolean {
  const rows = new BucketRows(source);
  while (rows.present && rows.bucketPart.compare(bucketPart) < 0) rows.advance();
  return rows.isOfBucket(bucketPart);
}
