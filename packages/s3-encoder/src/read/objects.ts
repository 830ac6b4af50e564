import { escapedPart, locatedRows } from '@ekv/adapter';
import type { RowSource, Snapshot } from '@ekv/snapshot';
import { givenBytes, givenObject, type TextOrBytes } from '@ekv/snapshot/arguments';
import { LiveHeads } from '../decode/live-heads.ts';
import type { HeadRows } from '../decode/rows.ts';
import { S3_FAMILIES } from '../layout/families.ts';
import { readHeadValue } from '../layout/head-value.ts';
import { RowJson } from '../layout/row-json.ts';
import { LaterGenerations } from './later-generations.ts';
import { ObjectBodies } from './object-bodies.ts';
import { StoredObject } from './stored-object.ts';

/** A snapshot that is open. */
export type SnapshotInput = Pick<Snapshot, 'rowsOf'>;

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
  snapshot: SnapshotInput,
  options: S3ObjectsOptions = {},
): Generator<StoredObject, void, undefined> {
  const { bucket, prefix } = givenObject(options, 'what is asked of objects');
  const wanted = {
    bucketPart: bucket === undefined ? undefined : escapedPart(givenBytes(bucket, 'the bucket of objects')),
    prefix: prefix === undefined ? NOTHING : givenBytes(prefix, 'the prefix of object keys'),
  };
  const source = snapshot.rowsOf(S3_FAMILIES);
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
  try {
    for (const { heads, bucket } of liveObjects(source, json, wanted))
      yield new StoredObject(bucket, heads, readHeadValue(json, heads), bodies);
  } finally {
    bodies.close();
  }
}

/** Walks over the manifests of objects that are wanted; of a key in several generations that of the last one. */
function* liveObjects(
  source: RowSource,
  json: RowJson,
  wanted: Wanted,
): Generator<{ heads: HeadRows; bucket: string }> {
  const live = new LiveHeads(source, json);
  const { heads } = live;
  let part: Buffer | undefined;
  let bucket = '';
  let later: LaterGenerations | undefined;
  while (live.next()) {
    const order = wanted.bucketPart === undefined ? 0 : live.part.compare(wanted.bucketPart);
    if (order > 0) return;
    if (order < 0) continue;
    if (live.part !== part) {
      part = live.part;
      heads.checkBucketName();
      bucket = heads.bucket.toString();
      later = live.active === 0n ? new LaterGenerations(source, heads) : undefined;
    }
    const place = placeOfPrefix(heads.object, wanted.prefix);
    // Keys of several generations are not in order.
    if (place > 0 && wanted.bucketPart !== undefined && later === undefined) return;
    if (place === 0 && later?.hasKeyOf(heads) !== true) yield { heads, bucket };
  }
}

/** 0 when the key begins with the prefix; else below 0 for a key that sorts before those that do, and above 0 for one after them. */
function placeOfPrefix(key: Buffer, prefix: Uint8Array): number {
  return key.compare(prefix, 0, prefix.length, 0, Math.min(key.length, prefix.length));
}
