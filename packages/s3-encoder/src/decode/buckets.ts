import { type DamageKind, type FindingKind, Findings, printable } from '@ekv/snapshot';
import { writeBucket } from '../files/bucket-json.ts';
import { BUCKET_FILE, bucketFolder } from '../files/paths.ts';
import { readBucketValue } from '../layout/bucket-value.ts';
import { BLOB_ROWS, REFERENCE_ROWS } from '../layout/families.ts';
import { NO_TEXT } from '../layout/row-json.ts';
import type { DecodeContext } from './decode-context.ts';
import { StaleObjects } from './generation-warnings.ts';
import { IncompleteUploads } from './incomplete-uploads.ts';
import { KeymapLines } from './names/keymap-lines.ts';
import type { SortedPathExceptions } from './names/path-exceptions.ts';
import { warnOfCreationTimes, warnOfOpenUploads } from './not-kept-warnings.ts';
import { type BucketOfObjects, ObjectDecoder } from './objects.ts';
import { type BucketedRows, BucketRows, ChunkRows, HeadRows, type ObjectRows } from './rows.ts';

/** Walks over all families side by side, bucket by bucket, and in a bucket object by object. docs/format/05-s3.md, section 2. */
export function decodeBuckets(context: DecodeContext, exceptions: SortedPathExceptions): void {
  new BucketDecoder(context, exceptions).run();
}

const BUCKETS: DamageKind = {
  name: 'buckets',
  says: 'buckets have objects and no row of their own',
  advice: 'they got a configuration without owner, region and acl, and objects of all their generations',
};

const BARE: FindingKind = {
  event: 's3_bucket_without_row',
  says: 'buckets have rows of objects and none of their own, which may lie in another group: encode will refuse this tree, because they have no _bucket.json',
  advice: 'give the snapshots of all groups together, or write that file',
  doubt: true,
};

const NO_SETTINGS = { owner: NO_TEXT, region: NO_TEXT, acl: NO_TEXT };

class BucketDecoder {
  readonly #context: DecodeContext;
  readonly #buckets: BucketRows;
  readonly #heads: HeadRows;
  readonly #uploads: IncompleteUploads | undefined;
  readonly #all: readonly BucketedRows[];
  readonly #objectRows: readonly ObjectRows[];
  readonly #objects: ObjectDecoder;
  readonly #keymap: KeymapLines;
  readonly #stale: StaleObjects;
  readonly #findings = new Findings();
  /** Buckets that tell when they were made. */
  #created = 0;

  constructor(context: DecodeContext, exceptions: SortedPathExceptions) {
    const { source, warn } = context;
    this.#context = context;
    this.#buckets = new BucketRows(source);
    const heads = new HeadRows(source);
    const blobs = new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' });
    const references = new ChunkRows(source, REFERENCE_ROWS);
    this.#uploads = context.includeIncompleteUploads ? new IncompleteUploads(source) : undefined;
    this.#objectRows = [heads, blobs, references];
    this.#all = [this.#buckets, ...this.#objectRows, ...(this.#uploads?.cursors ?? [])];
    this.#keymap = new KeymapLines(context.scratch);
    this.#heads = heads;
    const { payloads } = context;
    const keymap = this.#keymap;
    this.#objects = new ObjectDecoder(context, { heads, blobs, references, payloads, exceptions, keymap });
    this.#stale = new StaleObjects(warn);
  }

  run(): void {
    for (let part = this.#nextBucket(); part !== undefined; part = this.#nextBucket()) this.#bucket(part);
    this.#objects.finish();
    this.#stale.finish();
    this.#findings.report(this.#context.warn);
    if (this.#context.holdsState) return;
    warnOfCreationTimes(this.#created, this.#context.warn);
    if (this.#uploads === undefined) warnOfOpenUploads(this.#context.source, this.#context.warn);
  }

  /** The key part of the first bucket that has a row left; a copy. Throws RowError for a name that no folder can bear. */
  #nextBucket(): Buffer | undefined {
    let first: BucketedRows | undefined;
    for (const rows of this.#all) {
      if (rows.present && (first === undefined || rows.isOfBucketBefore(first))) first = rows;
    }
    if (first === undefined) return undefined;
    first.checkBucketName();
    return Buffer.from(first.bucketPart);
  }

  #bucket(part: Buffer): void {
    const { sink } = this.#context;
    const name = Buffer.from(this.#all.find((rows) => rows.isOfBucket(part))!.bucket);
    const folder = bucketFolder(name);
    sink.folder(folder);
    const active = this.#buckets.isOfBucket(part)
      ? this.#bucketFile(name, folder)
      : this.#bareBucket(name, folder, part);
    const hasUploads = this.#uploads?.write(sink, folder, part) ?? false;
    const bucket: BucketOfObjects = {
      name,
      folder,
      active,
      stale: 0,
      hasOrphanFiles: false,
      hasOrphansObject: false,
      hasUploads,
    };
    for (let id = this.#nextObject(part); id !== undefined; id = this.#nextObject(part)) {
      this.#objects.decode(bucket, id);
    }
    this.#keymap.writeTo(sink, folder);
    this.#stale.add(name, active, bucket.stale);
  }

  /** @returns the active generation. */
  #bucketFile(name: Buffer, folder: string): bigint {
    const { json, rowJson, sink } = this.#context;
    const value = readBucketValue(rowJson, this.#buckets);
    writeBucket(json, name, value);
    sink.file(`${folder}/${BUCKET_FILE}`, json.view());
    if (value.createdAt !== 0n) this.#created++;
    this.#buckets.advance();
    return value.generation;
  }

  /** A bucket without a row. Of a snapshot that is salvaged it gets an empty configuration: encode needs one. */
  #bareBucket(name: Buffer, folder: string, part: Buffer): bigint {
    const { json, sink, source } = this.#context;
    if (source.damage === undefined) {
      this.#findings.add(BARE, () => `the bucket "${printable(name)}"`);
      return 0n;
    }
    writeBucket(json, name, NO_SETTINGS);
    sink.file(`${folder}/${BUCKET_FILE}`, json.view());
    if (this.#heads.isOfBucket(part)) source.damage.add(BUCKETS, () => `the bucket "${printable(name)}"`);
    return 0n;
  }

  /** Identity of the first object of the bucket that has a row left: a view of that row. */
  #nextObject(part: Buffer): Buffer | undefined {
    let first: ObjectRows | undefined;
    for (const rows of this.#objectRows) {
      if (rows.isOfBucket(part) && (first === undefined || isObjectBefore(rows, first))) first = rows;
    }
    return first === undefined ? undefined : Buffer.from(first.id);
  }
}

function isObjectBefore(a: ObjectRows, b: ObjectRows): boolean {
  return a.bytes.compare(b.bytes, b.idStart, b.idEnd, a.idStart, a.idEnd) < 0;
}
