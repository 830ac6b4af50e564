import { createHash, hash } from 'node:crypto';
import { type FileSlice, SliceReader, type SnapshotRow } from '@ekv/snapshot';
import {
  givenObject,
  givenOnce,
  isAsyncIterable,
  isIterable,
  type TextOrBytes,
  type WarnOptions,
  warnOf,
  wrongKind,
} from '@ekv/snapshot/arguments';
import type { BucketFacts } from '../layout/bucket-value.ts';
import { CHUNK_BYTES, type ObjectFacts } from '../layout/head-value.ts';
import { isMd5 } from '../md5/md5-etag.ts';
import { type BodyTotals, chunksOf, type StreamedBody } from './body-pieces.ts';
import { type BucketSettings, bucketRows, givenBucket } from './bucket-records.ts';
import { type AnswerWithBody, givenBody, type ObjectBody, streamOf } from './given-body.ts';
import {
  checkNotAbove,
  checkSize,
  givenFacts,
  givenKey,
  givenSize,
  keyOf,
  type ObjectDescription,
  objectName,
} from './given-object.ts';
import { MemorySense } from './memory-sense.ts';
import { ObjectRows } from './object-rows.ts';

/** An object with its body, which may come piece by piece. */
export interface BucketObject extends ObjectDescription {
  readonly key: TextOrBytes;
  readonly body: ObjectBody | StreamedBody | Blob | AnswerWithBody;
  /** Bytes that the body must have, when that is known: a stream that was cut is an error then. */
  readonly size?: number | bigint | undefined;
}

/** A bucket to be written, with any number of objects of any size. docs/format/05-s3.md, section 7. */
export class Bucket {
  readonly #facts: BucketFacts;

  /** Throws ArgumentError. */
  constructor(name: TextOrBytes, settings: BucketSettings = {}) {
    this.#facts = givenBucket(name, givenObject(settings, 'the settings of a bucket'));
  }

  /**
   * The rows of the bucket and of its objects, for `writeSnapshot`. One object at a time is asked for, and of its body one MiB is in
   * memory. ETags that are not given are the MD5 of the body. `warn` gets what a server or its clients could not use of the bucket and
   * its objects, after the last one.
   *
   * @throws ArgumentError at once for anything but objects and options; while rows are taken, ArgumentError with bucket and key, DataError
   * for a body that is shorter or longer than its size, EnvironmentError for files, and what the sources throw.
   */
  rows(
    objects: Iterable<BucketObject> | AsyncIterable<BucketObject>,
    options: WarnOptions = {},
  ): AsyncGenerator<SnapshotRow, void, undefined> {
    if (!isIterable(objects) && !isAsyncIterable(objects))
      throw wrongKind(objects, 'the objects of a bucket', 'an iterable or an async iterable');
    const warn = warnOf(options, 'Bucket.rows');
    givenOnce(objects, 'the objects of a bucket');
    return this.#rows(objects, warn === undefined ? undefined : new MemorySense(warn));
  }

  async *#rows(
    objects: Iterable<BucketObject> | AsyncIterable<BucketObject>,
    sense: MemorySense | undefined,
  ): AsyncGenerator<SnapshotRow, void, undefined> {
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
  readonly #files = new SliceReader();

  constructor(bucket: Uint8Array, sense: MemorySense | undefined) {
    this.#bucket = bucket;
    this.#sense = sense;
    this.#rows = new ObjectRows(bucket);
  }

  async *rows(given: BucketObject): AsyncGenerator<SnapshotRow, void, undefined> {
    const { body } = givenObject(given, 'an object of a bucket');
    const key = givenKey(keyOf(given, this.#bucket), this.#bucket);
    const of = () => objectName(this.#bucket, key);
    const facts = givenFacts(given, of);
    const size = givenSize(given.size, of);
    if (body instanceof Blob) checkSize(body.size, size, of);
    const stream = streamOf(body, of);
    if (stream !== undefined) return yield* this.#streamed(key, stream, facts, size);
    const bytes = givenBody(body as ObjectBody, of, BODIES);
    checkSize(bytes.length, size, of);
    if (!this.#needsMd5(facts))
      return yield* this.#rows.kept(key, bytes, this.#settled(key, facts, bytes.length, undefined));
    if (!(bytes instanceof Uint8Array)) return yield* this.#summed(key, bytes, facts);
    // A caller may change bytes while the rows are taken: the MD5 is that of what is written.
    if (bytes.length > CHUNK_BYTES) return yield* this.#streamed(key, [bytes], facts, size);
    const kept = Buffer.from(bytes);
    yield* this.#rows.kept(key, kept, this.#settled(key, facts, kept.length, hash('md5', kept, 'hex')));
  }

  close(): void {
    this.#files.close();
  }

  /** Of a body in a file, which is read for its MD5 chunk by chunk, as its rows are taken. */
  *#summed(key: Uint8Array, slice: FileSlice, facts: ObjectFacts): Generator<SnapshotRow> {
    const md5 = createHash('md5');
    for (const row of this.#rows.chunks(key, slice)) {
      this.#files.read(row.value, (piece) => void md5.update(piece));
      yield row;
    }
    yield this.#rows.head(key, slice.length, this.#settled(key, facts, slice.length, md5.digest('hex')));
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
    for await (const chunk of chunksOf(body, totals, of)) {
      checkNotAbove(totals.bytes, size, of);
      yield this.#rows.chunk(key, chunks++, chunk);
    }
    checkSize(totals.bytes, size, of);
    yield this.#rows.head(key, totals.bytes, this.#settled(key, facts, totals.bytes, totals.md5));
  }

  /** Whether the MD5 becomes the etag, or is compared with it. */
  #needsMd5({ etag }: ObjectFacts): boolean {
    return etag === undefined || (this.#sense !== undefined && isMd5(etag));
  }

  #settled(key: Uint8Array, facts: ObjectFacts, length: number, md5: string | undefined): ObjectFacts {
    const settled = facts.etag === undefined ? { ...facts, etag: Buffer.from(md5!, 'latin1') } : facts;
    this.#sense?.object(this.#bucket, key, settled, { length, md5 });
    return settled;
  }
}

const BODIES = 'text, bytes, a slice of a file, a stream, a Blob or an answer of fetch';
