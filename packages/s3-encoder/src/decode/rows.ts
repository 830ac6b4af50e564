import { type RowCursor, RowError, type RowSource, type RowsOptions } from '@ekv/snapshot';
import { BUCKET_ROWS, HEAD_ROWS } from '../layout/families.ts';
import { segmentEnd, segmentName } from '../layout/segment.ts';

const NUMBER_BYTES = 8;

/**
 * The rows of a family whose keys begin with a bucket, in the order of bucket names. Indexes point into `bytes`, all
 * valid until the next call of {@link advance}.
 */
export class BucketedRows {
  protected readonly rows: RowCursor;
  protected readonly family: string;
  readonly #source: RowSource;
  /** False behind the last row. */
  isLive = false;
  /** Index behind the bucket's segment, which starts at {@link idStart}. */
  bucketEnd = 0;

  /** Subclasses go on to the first row. */
  protected constructor(source: RowSource, family: string, options?: RowsOptions) {
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

  /** Name of the bucket: a view, or a copy. */
  get bucket(): Buffer {
    return segmentName(this.bytes, this.idStart, this.bucketEnd);
  }

  /** Throws RowError for a name that no folder can bear. */
  checkBucketName(): void {
    const name = this.bucket.toString('latin1');
    if (/^\.{0,2}$/.test(name)) throw this.error(`a bucket cannot be named ${JSON.stringify(name)}`);
  }

  /** Goes on to the next row. Throws RowError when its key is malformed; such rows are left out of a snapshot that is salvaged. */
  advance(): void {
    do {
      this.isLive = this.rows.next();
    } while (this.isLive && !this.#hasKey());
  }

  #hasKey(): boolean {
    try {
      this.parseKey();
      return true;
    } catch (error) {
      this.#source.leaveOut(error);
      return false;
    }
  }

  /** Whether the row at hand is of the bucket with that segment. */
  isOfBucket(segment: Buffer): boolean {
    return this.isLive && segment.compare(this.bytes, this.idStart, this.bucketEnd) === 0;
  }

  /** An error about the row at hand. */
  error(rule: string): RowError {
    return new RowError(rule, {
      offset: this.offset,
      key: Uint8Array.from(this.bytes.subarray(this.keyStart, this.keyEnd)),
    });
  }

  protected parseKey(): void {
    this.bucketEnd = this.segmentBehind(this.idStart, 'bucket');
  }

  protected segmentBehind(start: number, what: string): number {
    const end = segmentEnd(this.bytes, start, this.keyEnd);
    if (end === -1) throw this.error(`the ${what} in the key of a ${this.family} row does not end properly`);
    return end;
  }

  protected endOfKey(at: number): void {
    if (at !== this.keyEnd)
      throw this.error(`${this.keyEnd - at} bytes stand behind the end of the key of a ${this.family} row`);
  }

  protected numberBehind(at: number, what: string): number {
    if (at + NUMBER_BYTES > this.keyEnd) throw this.error(`the key of a ${this.family} row ends before its ${what}`);
    return at + NUMBER_BYTES;
  }
}

/** Rows of bucket metadata: the key is the bucket alone. */
export class BucketRows extends BucketedRows {
  constructor(source: RowSource) {
    super(source, BUCKET_ROWS);
    this.advance();
  }

  protected override parseKey(): void {
    super.parseKey();
    this.endOfKey(this.bucketEnd);
  }
}

/** Rows whose keys begin with a bucket, a generation and an object, in that order. */
export abstract class ObjectRows extends BucketedRows {
  /** Index behind the object's segment: what is from {@link idStart} on identifies the object. */
  idEnd = 0;

  get generation(): bigint {
    return this.bytes.readBigUInt64BE(this.bucketEnd);
  }

  /** Key of the object: a view, or a copy. */
  get object(): Buffer {
    return segmentName(this.bytes, this.bucketEnd + NUMBER_BYTES, this.idEnd);
  }

  /** Bucket, generation and object as they stand in the key: a view. */
  get id(): Buffer {
    return this.bytes.subarray(this.idStart, this.idEnd);
  }

  isOfObject(id: Buffer): boolean {
    return this.isLive && id.compare(this.bytes, this.idStart, this.idEnd) === 0;
  }

  protected override parseKey(): void {
    super.parseKey();
    this.idEnd = this.segmentBehind(this.numberBehind(this.bucketEnd, 'generation'), 'object');
  }
}

/** Manifests of objects. */
export class HeadRows extends ObjectRows {
  /** Number of the row at hand among all of the family, from 0 on. */
  ordinal: number;

  constructor(source: RowSource, options?: RowsOptions, firstOrdinal = 0) {
    super(source, HEAD_ROWS, options);
    this.ordinal = firstOrdinal - 1;
    this.advance();
  }

  override advance(): void {
    this.ordinal++;
    super.advance();
  }

  protected override parseKey(): void {
    super.parseKey();
    this.endOfKey(this.idEnd);
  }
}

/** Chunks of objects, or references to them. */
export class ChunkRows extends ObjectRows {
  /** Number of the row at hand among all of the family, from 0 on. */
  ordinal = -1;
  #uploadEnd = 0;

  constructor(source: RowSource, family: string, options?: RowsOptions) {
    super(source, family, options);
    this.advance();
  }

  /** Index behind the upload id: what is from `idStart` on identifies the upload. */
  get uploadEnd(): number {
    return this.#uploadEnd;
  }

  /** Upload id: a view, or a copy. */
  get upload(): Buffer {
    return segmentName(this.bytes, this.idEnd, this.#uploadEnd);
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

  override advance(): void {
    this.ordinal++;
    super.advance();
  }

  protected override parseKey(): void {
    super.parseKey();
    this.#uploadEnd = this.segmentBehind(this.idEnd, 'upload id');
    const chunkEnd = this.numberBehind(this.numberBehind(this.#uploadEnd, 'part number'), 'chunk number');
    if (chunkEnd !== this.keyEnd) this.endOfKey(this.numberBehind(chunkEnd, 'version'));
  }
}
