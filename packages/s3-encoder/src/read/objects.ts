import { escapedPart } from '@ekv/adapter';
import { ArgumentError, printable, type ReadableSnapshot, type Warn } from '@ekv/snapshot';
import { givenBytes, givenSnapshot, type TextOrBytes, warnOf } from '@ekv/snapshot/arguments';
import { readHeadValue } from '../layout/head-value.ts';
import { ObjectBodies } from './object-bodies.ts';
import { ObjectWalk } from './object-walk.ts';
import { StoredObject } from './stored-object.ts';
import { type StoredRows, storedRows } from './stored-rows.ts';

/** Which objects are wanted. */
export interface S3ObjectsOptions {
  /** Name of their bucket. Default: those of all buckets. */
  readonly bucket?: TextOrBytes | undefined;
  /** What their keys begin with. Default: those of all keys. */
  readonly prefix?: TextOrBytes | undefined;
  /** Is told after the last object of those that were left out, as by decode: a loop that is left early tells nothing. */
  readonly warn?: Warn | undefined;
}

/**
 * The objects of a snapshot as decode has them, in the order of their rows: by the bytes of bucket names, then of keys. Bodies are not
 * read before they are asked for. Memory does not depend on how many objects there are. The loop may be left early.
 *
 * @throws ArgumentError at once for arguments, and in the loop for a bucket that is not there; in the loop SnapshotFormatError, with path,
 *   ordinal and key of a row that breaks a rule of docs/format/05-s3.md.
 */
export function s3Objects(
  snapshot: ReadableSnapshot,
  options: S3ObjectsOptions = {},
): Generator<StoredObject, void, undefined> {
  givenSnapshot(snapshot);
  if (typeof options === 'string' || options instanceof Uint8Array)
    throw new ArgumentError('s3Objects takes the name of a bucket as an option: s3Objects(snapshot, { bucket })');
  const warn = warnOf(options, 's3Objects', ['bucket', 'prefix']);
  const { bucket, prefix } = options;
  const name = bucket === undefined ? undefined : givenBytes(bucket, 'the option "bucket" of s3Objects');
  const bucketPart = name === undefined ? undefined : escapedPart(name);
  const wanted = {
    bucketPart,
    prefix: prefix === undefined ? NOTHING : givenBytes(prefix, 'the option "prefix" of s3Objects'),
    warn,
  };
  return storedRows(snapshot, function* (rows) {
    const walk = new ObjectWalk(rows, wanted);
    yield* objectsOf(rows, walk);
    if (name !== undefined && !walk.hasBucket)
      throw new ArgumentError(
        `${rows.source.path} has no bucket "${printable(name)}"; s3Buckets() gives those that it has`,
      );
    walk.report();
  });
}

const NOTHING = new Uint8Array(0);

function* objectsOf({ source, json }: StoredRows, walk: ObjectWalk): Generator<StoredObject, void, undefined> {
  const bodies = new ObjectBodies(source);
  const { heads } = walk;
  try {
    while (walk.next()) yield new StoredObject(walk.bucket, heads, readHeadValue(json, heads), bodies);
  } finally {
    walk.close();
    bodies.close();
  }
}
