import { hash } from 'node:crypto';
import { DataError, type FileSlice, type SnapshotRow, type Warn } from '@ekv/snapshot';
import {
  givenInteger,
  givenObject,
  isAsyncIterable,
  isIterable,
  type TextOrBytes,
  wrongKind,
} from '@ekv/snapshot/arguments';
import type { BucketFacts } from '../layout/bucket-value.ts';
import { CHUNK_BYTES, type ObjectFacts } from '../layout/head-value.ts';
import { isMd5 } from '../md5/md5-etag.ts';
import { type BodyTotals, chunksOf, type StreamedBody } from './body-pieces.ts';
import { type BucketSettings, bucketRows, givenBucket } from './bucket-records.ts';
import {
  givenBody,
  givenFacts,
  givenKey,
  isSlice,
  type ObjectBody,
  type ObjectDescription,
  objectName,
} from './given-object.ts';
import { MemorySense } from './memory-sense.ts';
import { ObjectRows } from './object-rows.ts';
import { SliceMd5 } from './slice-md5.ts';

/** An object with its body, which may come piece by piece. */
export interface BucketObject extends ObjectDescription {
  readonly key: TextOrBytes;
  readonly body: ObjectBody | StreamedBody | Blob;
  /** Bytes that the body must have, when that is known: a stream that was cut is an error then. */
  readonly size?: number | bigint | undefined;
}

export interface BucketOptions extends BucketSettings {
  /** Gets what a server or its clients cannot use of the bucket and its objects: at the end, once for each kind. */
  readonly warn?: Warn | undefined;
}

/** A bucket to be written, with any number of objects of any size. docs/format/05-s3.md, section 7. */
export class Bucket {
  readonly #facts: BucketFacts;
  readonly #warn: Warn | undefined;

  /** Throws ArgumentError. */
  constructor(name: TextOrBytes, options: BucketOptions = {}) {
    this.#facts = givenBucket(name, givenObject(options, 'the settings of a bucket'));
    const { warn } = options;
    if (warn !== undefined && typeof warn !== 'function') throw wrongKind(warn, 'the option warn', 'a function');
    this.#warn = warn;
  }

  /**
   * The rows of the bucket and of its objects, for `writeSnapshot`. One object at a time is asked for, and of its body one MiB is in
   * memory. ETags that are not given are the MD5 of the body.
   *
   * Throws ArgumentError, with bucket and key; DataError for a body that is shorter or longer than its size; EnvironmentError for
   * files and for bodies that cannot be read to their end, with the cause; and what the source of objects throws.
   */
  async *rows(
    objects: Iterable<BucketObject> | AsyncIterable<BucketObject>,
  ): AsyncGenerator<SnapshotRow, void, undefined> {
    if (!isIterable(objects) && !isAsyncIterable(objects))
      throw wrongKind(objects, 'the objects of a bucket', 'an iterable or an async iterable');
    const sense = this.#warn === undefined ? undefined : new MemorySense(this.#warn);
    sense?.bucket(this.#facts);
    yield* bucketRows(this.#facts);
    const writer = new ObjectWriter(this.#facts.name, sense);
    try {
      for await (const object of objects) yield* writer.rows(object);
    } finally {
      writer.close();
    }
    sense?.report();
  }
}

/** Makes the rows of one object after the other. */
class ObjectWriter {
  readonly #bucket: Uint8Array;
  readonly #sense: MemorySense | undefined;
  readonly #rows: ObjectRows;
  readonly #sliceMd5 = new SliceMd5();

  constructor(bucket: Uint8Array, sense: MemorySense | undefined) {
    this.#bucket = bucket;
    this.#sense = sense;
    this.#rows = new ObjectRows(bucket);
  }

  async *rows(given: BucketObject): AsyncGenerator<SnapshotRow, void, undefined> {
    const key = givenKey(givenObject(given, 'an object of a bucket').key, this.#bucket);
    const body: ObjectBody | StreamedBody = given.body instanceof Blob ? given.body.stream() : given.body;
    const of = () => objectName(this.#bucket, key);
    const facts = givenFacts(given, of);
    const size = given.size === undefined ? undefined : givenInteger(given.size, () => `the size of ${of()}`);
    if (isStreamed(body)) return yield* this.#streamed(key, body, facts, size);
    const bytes = givenBody(body, of);
    checkSize(bytes.length, size, of);
    if (!this.#needsMd5(facts)) return yield* this.#rows.kept(key, bytes, this.#settled(key, facts, bytes.length));
    // A caller may change bytes while the rows are taken: the MD5 is that of what is written.
    if (bytes instanceof Uint8Array && bytes.length > CHUNK_BYTES)
      return yield* this.#streamed(key, [bytes], facts, size);
    const kept = bytes instanceof Uint8Array ? Buffer.from(bytes) : bytes;
    yield* this.#rows.kept(key, kept, this.#settled(key, facts, kept.length, await this.#md5Of(kept)));
  }

  close(): void {
    this.#sliceMd5.close();
  }

  async *#streamed(
    key: Uint8Array,
    body: StreamedBody,
    facts: ObjectFacts,
    size: bigint | undefined,
  ): AsyncGenerator<SnapshotRow, void, undefined> {
    const of = () => objectName(this.#bucket, key);
    const totals: BodyTotals = { bytes: 0, md5: '' };
    let chunks = 0;
    for await (const chunk of chunksOf(body, totals, of)) yield this.#rows.chunk(key, chunks++, chunk);
    checkSize(totals.bytes, size, of);
    yield this.#rows.head(key, totals.bytes, this.#settled(key, facts, totals.bytes, totals.md5));
  }

  /** Whether the MD5 becomes the etag, or is compared with it. */
  #needsMd5({ etag }: ObjectFacts): boolean {
    return etag === undefined || (this.#sense !== undefined && isMd5(etag));
  }

  #md5Of(body: Uint8Array | FileSlice): string | Promise<string> {
    return body instanceof Uint8Array ? hash('md5', body, 'hex') : this.#sliceMd5.of(body);
  }

  #settled(key: Uint8Array, facts: ObjectFacts, length: number, md5?: string): ObjectFacts {
    const settled = facts.etag === undefined ? { ...facts, etag: Buffer.from(md5!, 'latin1') } : facts;
    this.#sense?.object(this.#bucket, key, settled, md5 === undefined ? { length } : { length, md5 });
    return settled;
  }
}

/** Text and bytes are iterable too, and a slice of a file is a body as it is. */
function isStreamed(body: unknown): body is StreamedBody {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array || isSlice(body)) return false;
  return isIterable(body) || isAsyncIterable(body);
}

function checkSize(bytes: number, size: bigint | undefined, of: () => string): void {
  if (size === undefined || BigInt(bytes) === size) return;
  throw new DataError(`the body of ${of()} has ${bytes} bytes, not ${size} as was said; get it again`);
}
