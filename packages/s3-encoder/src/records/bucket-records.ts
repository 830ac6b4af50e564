import { escapedPart } from '@ekv/adapter';
import { JsonBytes } from '@ekv/dump-tree';
import { ArgumentError, nameRows, printable, type SnapshotRow } from '@ekv/snapshot';
import { givenFields, givenObject, type TextOrBytes, type WarnOptions, warnOf } from '@ekv/snapshot/arguments';
import { type BucketFacts, type BucketState, writeBucketValue } from '../layout/bucket-value.ts';
import { BUCKET_ROWS, GENERATION_ROWS } from '../layout/families.ts';
import { rowKey, u64 } from '../layout/row-keys.ts';
import { s3RowName } from '../layout/row-names.ts';
import { givenOptionalUtf8, givenUtf8 } from './given-texts.ts';
import { MemorySense } from './memory-sense.ts';

/** The generation of all restored buckets and objects; docs/format/05-s3.md, section 7.1. */
export const GENERATION: Buffer = u64(1n);

/** What is said of a bucket beside its name. Texts, or bytes that are UTF-8; absent ones are empty. */
export interface BucketSettings {
  readonly owner?: TextOrBytes | undefined;
  /** Such as `us-east-1`. */
  readonly region?: TextOrBytes | undefined;
  /** A canned ACL, such as `private`, which an empty one means too. */
  readonly acl?: TextOrBytes | undefined;
}

/** A bucket, by its name. */
export interface NamedBucket extends BucketSettings {
  readonly name: TextOrBytes;
}

/**
 * The two rows of a bucket. `warn` gets what a server or its clients could not use of it, at once. Throws ArgumentError.
 * docs/format/05-s3.md, section 7.1.
 */
export function bucketRecords(bucket: NamedBucket, options: WarnOptions = {}): Iterable<SnapshotRow> {
  const warn = warnOf(options, 'bucketRecords');
  const { name } = givenObject(bucket, 'a bucket');
  if (name === undefined) givenFields(bucket, BUCKET_FIELDS, 'a bucket');
  const facts = givenBucket(name, bucket);
  if (warn !== undefined) {
    const sense = new MemorySense(warn);
    sense.bucket(facts);
    sense.report();
  }
  return [...bucketRows(facts)];
}

/** Of a bucket, also as the reader gives it: when it was made is not kept, and its generation is that of all restored ones. */
const BUCKET_FIELDS: ReadonlyArray<keyof NamedBucket | 'creationDate' | 'generation'> = [
  'name',
  'owner',
  'region',
  'acl',
  'creationDate',
  'generation',
];

/** Checks what describes a bucket. Throws ArgumentError. */
export function givenBucket(given: TextOrBytes, settings: BucketSettings): BucketFacts {
  const name = givenBucketName(given);
  const bucket = () => `the bucket "${printable(name)}"`;
  const of = (what: string) => () => `the ${what} of ${bucket()}`;
  givenFields(settings, BUCKET_FIELDS, bucket);
  return {
    name,
    owner: givenOptionalUtf8(settings.owner, of('owner')),
    region: givenOptionalUtf8(settings.region, of('region')),
    acl: givenOptionalUtf8(settings.acl, of('ACL')),
  };
}

/** The name of a bucket that a tree has a folder for. Throws ArgumentError. */
export function givenBucketName(given: TextOrBytes): Uint8Array {
  const name = givenUtf8(given, () => 'the name of a bucket');
  const text = name.length > 2 ? '' : Buffer.from(name).toString();
  if (name.length === 0 || text === '.' || text === '..')
    throw new ArgumentError(`a bucket must have a name other than ${JSON.stringify(text)}`);
  return name;
}

/** As {@link bucketRecords}, of a bucket that was checked. @param state of the whole state; default: of generation 1. */
export function* bucketRows(bucket: BucketFacts, state?: BucketState): Generator<SnapshotRow> {
  nameRows('!s3|', s3RowName);
  const part = escapedPart(bucket.name);
  const json = new JsonBytes();
  writeBucketValue(json, bucket, state);
  yield { key: rowKey(BUCKET_ROWS, part), value: json.view() };
  const value = state === undefined ? GENERATION : u64(state.counter ?? state.generation);
  yield { key: rowKey(GENERATION_ROWS, part), value };
}
