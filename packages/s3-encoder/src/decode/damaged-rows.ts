import { isUtf8 } from 'node:buffer';
import { type DamageKind, RowError, type RowSource, type ScratchFolder } from '@ekv/snapshot';
import { lookAtKey, NEEDS_SWITCH, roomIn, UNUSABLE } from '../files/object-path.ts';
import { bucketFolder } from '../files/paths.ts';
import { readBucketValue } from '../layout/bucket-value.ts';
import { BLOB_ROWS, REFERENCE_ROWS } from '../layout/families.ts';
import { readHeadValue } from '../layout/head-value.ts';
import type { RowJson } from '../layout/row-json.ts';
import { ChunkPayloads, leaveDamagedPayloadsOut } from './bodies/chunk-payloads.ts';
import { ObjectChunks } from './bodies/object-chunks.ts';
import { IncompleteUploads } from './incomplete-uploads.ts';
import { bodyFault, refuseDotKey } from './objects.ts';
import { type BucketedRows, BucketRows, ChunkRows, HeadRows } from './rows.ts';

const OBJECTS: DamageKind = {
  name: 'objects',
  says: 'objects of S3 are not complete, or have keys that cannot be paths',
  advice: 'they were left out; their chunks count as orphans',
};

interface LeaveOutOptions {
  readonly scratch: ScratchFolder;
  readonly renameCollisions?: boolean;
  readonly includeIncompleteUploads?: boolean;
}

/**
 * Leaves rows out that break a rule, and then the manifests of objects that cannot be written, before paths are settled: what
 * path an object gets can depend on others. For snapshots that are salvaged.
 */
export function leaveDamageOut(source: RowSource, json: RowJson, options: LeaveOutOptions): void {
  leaveDamagedPayloadsOut(source);
  each(source, new BucketRows(source), (rows) => readBucketValue(json, rows));
  each(source, new HeadRows(source), (rows) => readHeadValue(json, rows));
  each(source, new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' }), refuseDotKey);
  each(source, new ChunkRows(source, REFERENCE_ROWS), () => {});
  if (options.includeIncompleteUploads) {
    for (const rows of new IncompleteUploads(source).cursors) each(source, rows, () => {});
  }
  new ObjectRehearsal(source, json, options).run();
}

function each<Rows extends BucketedRows>(source: RowSource, rows: Rows, check: (rows: Rows) => void): void {
  for (; rows.isLive; rows.advance()) {
    source.attempt(() => {
      rows.checkBucketName();
      // Encode refuses it: the folder of a bucket is named by the text in its file.
      if (!isUtf8(rows.bucket)) throw rows.error('the name of the bucket is no UTF-8');
      check(rows);
    });
  }
}

/** Puts every object together as decode will, without writing it. */
class ObjectRehearsal {
  readonly #source: RowSource;
  readonly #json: RowJson;
  /** What keeps a key from being a path. */
  readonly #refusedLooks: number;
  readonly #payloads: ChunkPayloads;
  readonly #buckets: BucketRows;
  readonly #heads: HeadRows;
  readonly #blobs: ChunkRows;
  readonly #references: ChunkRows;

  constructor(source: RowSource, json: RowJson, { scratch, renameCollisions }: LeaveOutOptions) {
    this.#source = source;
    this.#json = json;
    this.#refusedLooks = renameCollisions ? UNUSABLE : UNUSABLE | NEEDS_SWITCH;
    this.#payloads = new ChunkPayloads(source, scratch);
    this.#buckets = new BucketRows(source);
    this.#heads = new HeadRows(source);
    this.#blobs = new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' });
    this.#references = new ChunkRows(source, REFERENCE_ROWS);
  }

  run(): void {
    const heads = this.#heads;
    while (heads.isLive) {
      const segment = Buffer.from(heads.bytes.subarray(heads.idStart, heads.bucketEnd));
      const active = this.#activeGeneration(segment);
      for (; heads.isOfBucket(segment); heads.advance()) {
        if (active === 0n || heads.generation === active) this.#source.attempt(() => this.#check(), OBJECTS);
      }
    }
    this.#payloads.close();
  }

  #activeGeneration(segment: Buffer): bigint {
    const buckets = this.#buckets;
    while (buckets.isLive && segment.compare(buckets.bytes, buckets.idStart, buckets.bucketEnd) > 0) buckets.advance();
    return buckets.isOfBucket(segment) ? readBucketValue(this.#json, buckets).generation : 0n;
  }

  #check(): void {
    const heads = this.#heads;
    const key = heads.object;
    if ((lookAtKey(key, roomIn(bucketFolder(heads.bucket))) & this.#refusedLooks) !== 0)
      throw heads.error('the key of this object cannot be a path; --rename-collisions gives it another');
    const id = Buffer.from(heads.id);
    const head = readHeadValue(this.#json, heads);
    const chunks = new ObjectChunks(head);
    const fault =
      this.#takeChunks(this.#blobs, id, (rows) => chunks.addBlob(rows)) ??
      this.#takeChunks(this.#references, id, (rows) => chunks.addReference(rows, this.#payloads)) ??
      bodyFault(head, chunks);
    if (fault !== undefined) throw heads.error(fault);
  }

  /** @returns the rule that a chunk breaks: which of two rows is right cannot be told. */
  #takeChunks(rows: ChunkRows, id: Buffer, add: (rows: ChunkRows) => void): string | undefined {
    let broken: string | undefined;
    while (rows.isLive && id.compare(rows.bytes, rows.idStart, rows.idEnd) > 0) rows.advance();
    for (; rows.isOfObject(id); rows.advance()) {
      try {
        add(rows);
      } catch (error) {
        if (!(error instanceof RowError)) throw error;
        broken ??= error.rule;
      }
    }
    return broken;
  }
}
