import { asRowError, partBytes, rowError } from '@ekv/adapter';
import type { RowCursor, RowSource, RowsOptions } from '@ekv/snapshot';
import { readBucketValue } from '../layout/bucket-value.ts';
import { BUCKET_ROWS, HEAD_ROWS } from '../layout/families.ts';
import type { RowJson } from '../layout/row-json.ts';
import { afterNumber, afterPart, checkKeyEnd, NUMBER_BYTES } from '../layout/row-keys.ts';

/** What rows are walked over of. */
export type RowWalks = Pick<RowSource, 'rows' | 'leaveOut'>;

/**
 * The rows of a family whose keys begin with a bucket, in the order of bucket names. Indexes point into `bytes`, all
 * valid until the next call of {@link advance}.
 */
export class BucketedRows {
  protected readonly rows: RowCursor;
  readonly family: string;
  readonly #source: RowWalks;
  /** Whether a row is at hand. */
  present = false;
  /** Number of the row at hand among all of the family, from 0 on; those left out for their keys do not count. */
  ordinal = -1;
  /** Index after the bucket's part of the key, which starts at {@link idStart}. */
  bucketEnd = 0;

  /** Constructors of subclasses read the first row. */
  protected constructor(source: RowWalks, family: string, options?: RowsOptions) {
    this.#source = source;
    this.rows = source.rows(family, options);
    this.family = family;
  }

  get bytes(): Buffer {
    return this.rows.bytes;
  }

  get keyStart(): number {
    return this.rows.keyStart;
  }

  get keyEnd(): number {
    return this.rows.keyEnd;
  }

  get valueStart(): number {
    return this.rows.valueStart;
  }

  get valueEnd(): number {
    return this.rows.valueEnd;
  }

  get valueLength(): number {
    return this.rows.valueEnd - this.rows.valueStart;
  }

  get valueOffset(): number {
    return this.rows.valueOffset;
  }

  /** File offset of the entry. */
  get offset(): number {
    return this.rows.offset;
  }

  get idStart(): number {
    return this.rows.keyStart + this.family.length;
  }

  /** The bucket's part of the key: a view. */
  get bucketPart(): Buffer {
    return this.bytes.subarray(this.idStart, this.bucketEnd);
  }

  /** Name of the bucket: a view, or a copy. */
  get bucket(): Buffer {
    return partBytes(this.bytes, this.idStart, this.bucketEnd);
  }

  /** Throws RowError for a name that no folder can bear. */
  checkBucketName(): void {
    const name = this.bucket.toString('latin1');
    if (/^\.{0,2}$/.test(name)) throw rowError(this, `a bucket cannot be named ${JSON.stringify(name)}`);
  }

  /** Goes on to the next row. Throws RowError when its key is malformed; such rows are left out of a snapshot that is salvaged. */
  advance(): void {
    this.ordinal++;
    do {
      this.present = this.rows.next();
    } while (this.present && !this.#hasKey());
  }

  #hasKey(): boolean {
    try {
      this.parseKey();
      return true;
    } catch (error) {
      this.#source.leaveOut(asRowError(this, error));
      return false;
    }
  }

  /** Whether the row at hand is of the bucket with that part. */
  isOfBucket(part: Buffer): boolean {
    return this.present && part.compare(this.bytes, this.idStart, this.bucketEnd) === 0;
  }

  /** Whether the row at hand is of a bucket that comes before the one of other rows. */
  isOfBucketBefore({ bytes, idStart, bucketEnd }: BucketedRows): boolean {
    return this.bytes.compare(bytes, idStart, bucketEnd, this.idStart, this.bucketEnd) < 0;
  }

  /** Takes the key of the row at hand apart. Throws DataError. */
  protected parseKey(): void {
    this.bucketEnd = afterPart(this, this.idStart, 'bucket');
  }
}

/** Rows of bucket metadata: the key is the bucket alone. */
export class BucketRows extends BucketedRows {
  constructor(source: RowWalks) {
    super(source, BUCKET_ROWS);
    this.advance();
  }

  /** The active generation of the bucket with that part; 0 when it has none, or no row. Parts must rise from call to call. */
  activeGeneration(part: Buffer, json: RowJson): bigint {
    while (this.present && part.compare(this.bytes, this.idStart, this.bucketEnd) > 0) this.advance();
    return this.isOfBucket(part) ? readBucketValue(json, this).generation : 0n;
  }

  protected override parseKey(): void {
    super.parseKey();
    checkKeyEnd(this, this.bucketEnd);
  }
}

/** Rows whose keys begin with a bucket, a generation and an object, in that order. */
export abstract class ObjectRows extends BucketedRows {
  /** Index after the object's part: what is from {@link idStart} on identifies the object. */
  idEnd = 0;

  get generation(): bigint {
    return this.bytes.readBigUInt64BE(this.bucketEnd);
  }

  /** Key of the object: a view, or a copy. */
  get object(): Buffer {
    return partBytes(this.bytes, this.bucketEnd + NUMBER_BYTES, this.idEnd);
  }

  /** The object's part of the key: a view. Such parts sort like the keys of objects. */
  get objectPart(): Buffer {
    return this.bytes.subarray(this.bucketEnd + NUMBER_BYTES, this.idEnd);
  }

  /** Bucket, generation and object as they stand in the key: a view. */
  get id(): Buffer {
    return this.bytes.subarray(this.idStart, this.idEnd);
  }

  /** Goes on to the first row of the object with that identity, or of one after it. */
  skipToObject(id: Buffer): void {
    while (this.present && id.compare(this.bytes, this.idStart, this.idEnd) > 0) this.advance();
  }

  isOfObject(id: Buffer): boolean {
    return this.present && id.compare(this.bytes, this.idStart, this.idEnd) === 0;
  }

  protected override parseKey(): void {
    super.parseKey();
    this.idEnd = afterPart(this, afterNumber(this, this.bucketEnd, 'generation'), 'object');
  }
}

/** Manifests of objects. */
export class HeadRows extends ObjectRows {
  constructor(source: RowWalks, options?: RowsOptions, firstOrdinal = 0) {
    super(source, HEAD_ROWS, options);
    this.ordinal = firstOrdinal - 1;
    this.advance();
  }

  protected override parseKey(): void {
    super.parseKey();
    checkKeyEnd(this, this.idEnd);
  }
}

/** Chunks of objects, or references to them. */
export class ChunkRows extends ObjectRows {
  #uploadEnd = 0;

  constructor(source: RowWalks, family: string, options?: RowsOptions) {
    super(source, family, options);
    this.advance();
  }

  /** Index after the upload id: what is from `idStart` on identifies the upload. */
  get uploadEnd(): number {
    return this.#uploadEnd;
  }

  /** Upload id: a view, or a copy. */
  get upload(): Buffer {
    return partBytes(this.bytes, this.idEnd, this.#uploadEnd);
  }

  get part(): bigint {
    return this.bytes.readBigUInt64BE(this.#uploadEnd);
  }

  get chunk(): bigint {
    return this.bytes.readBigUInt64BE(this.#uploadEnd + NUMBER_BYTES);
  }

  /** 0 when the key has none. */
  get version(): bigint {
    const at = this.#uploadEnd + 2 * NUMBER_BYTES;
    return at === this.keyEnd ? 0n : this.bytes.readBigUInt64BE(at);
  }

  protected override parseKey(): void {
    super.parseKey();
    this.#uploadEnd = afterPart(this, this.idEnd, 'upload id');
    const chunkEnd = afterNumber(this, afterNumber(this, this.#uploadEnd, 'part number'), 'chunk number');
    if (chunkEnd !== this.keyEnd) checkKeyEnd(this, afterNumber(this, chunkEnd, 'version'));
  }
}
