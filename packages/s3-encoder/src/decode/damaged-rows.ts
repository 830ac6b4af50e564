import { isUtf8 } from 'node:buffer';
import { rowError } from '@ekv/adapter';
import type { DamageKind, RowSource, ScratchFolder } from '@ekv/snapshot';
import { keyTraits, NEEDS_SWITCH, Trait } from '../files/key-traits.ts';
import { roomIn } from '../files/object-path.ts';
import { bucketFolder } from '../files/paths.ts';
import { readBucketValue } from '../layout/bucket-value.ts';
import { BLOB_ROWS, REFERENCE_ROWS } from '../layout/families.ts';
import { readHeadValue } from '../layout/head-value.ts';
import type { RowJson } from '../layout/row-json.ts';
import { BodyFinder } from './bodies/body-finder.ts';
import { attemptPayloads, referenceAt } from './bodies/chunk-payloads.ts';
import { HeadWalk } from './head-walk.ts';
import { IncompleteUploads } from './incomplete-uploads.ts';
import { type BucketedRows, BucketRows, ChunkRows, HeadRows } from './rows.ts';

const OBJECTS: DamageKind = {
  name: 'objects',
  says: 'objects of S3 are not complete, or have keys that cannot be paths',
  advice: 'they were left out; their chunks count as orphans',
};

/** What rows are checked of; what is wrong is given to `leaveOut`. */
export type CheckedSource = Pick<RowSource, 'rows' | 'count' | 'readAt' | 'leaveOut' | 'attempt'>;

/** What of the options of decode says which rows count. */
export interface CountedRows {
  readonly includeIncompleteUploads?: boolean;
}

interface LeaveOutOptions extends CountedRows {
  readonly scratch: ScratchFolder;
  readonly renameCollisions?: boolean;
}

/**
 * Leaves rows out that break a rule, and then the manifests of objects that cannot be written, before paths are settled: what
 * path an object gets can depend on others. For snapshots that are salvaged.
 */
export function leaveDamageOut(source: RowSource, json: RowJson, options: LeaveOutOptions): void {
  attemptRows(source, json, options, (rows) => {
    // Encode refuses it: the folder of a bucket is named by the text in its file.
    if (!isUtf8(rows.bucket)) throw rowError(rows, 'the name of the bucket is no UTF-8');
  });
  new ObjectRehearsal(source, json, options).run();
}

/**
 * Runs the check of each row by itself, key and value, as one of the source, which may leave out what is wrong.
 *
 * @param check further check of each row whose key begins with a bucket.
 */
export function attemptRows(
  source: CheckedSource,
  json: RowJson,
  { includeIncompleteUploads }: CountedRows,
  check: (rows: BucketedRows) => void = () => {},
): void {
  attemptPayloads(source);
  each(new BucketRows(source), (rows) => readBucketValue(json, rows));
  each(new HeadRows(source), (rows) => readHeadValue(json, rows));
  each(new ChunkRows(source, BLOB_ROWS, { bodies: 'passed over' }), () => {});
  each(new ChunkRows(source, REFERENCE_ROWS), referenceAt);
  if (includeIncompleteUploads) for (const rows of new IncompleteUploads(source).cursors) each(rows, () => {});

  function each<Rows extends BucketedRows>(rows: Rows, checkValue: (rows: Rows) => void): void {
    for (; rows.present; rows.advance()) {
      source.attempt(() => {
        rows.checkBucketName();
        check(rows);
        checkValue(rows);
      });
    }
  }
}

/** Puts every object together as decode will, without writing it. */
class ObjectRehearsal {
  readonly #source: RowSource;
  readonly #json: RowJson;
  /** What keeps a key from being a path. */
  readonly #refusedTraits: number;
  readonly #walk: HeadWalk;
  readonly #bodies: BodyFinder;

  constructor(source: RowSource, json: RowJson, { scratch, renameCollisions }: LeaveOutOptions) {
    this.#source = source;
    this.#json = json;
    this.#refusedTraits = renameCollisions ? Trait.empty : Trait.empty | NEEDS_SWITCH;
    this.#walk = new HeadWalk(source, json);
    this.#bodies = new BodyFinder(source, scratch);
  }

  run(): void {
    try {
      while (this.#walk.next()) if (this.#walk.isLive) this.#source.attempt(() => this.#check(), OBJECTS);
    } finally {
      this.#bodies.close();
    }
  }

  #check(): void {
    const { heads } = this.#walk;
    if ((keyTraits(heads.object, roomIn(bucketFolder(heads.bucket))) & this.#refusedTraits) !== 0)
      throw rowError(heads, 'the key of this object cannot be a path; the option renameCollisions gives it another');
    const { refused, fault } = this.#bodies.find(Buffer.from(heads.id), readHeadValue(this.#json, heads));
    // Which of two rows for one chunk is right cannot be told.
    const rule = refused?.rule ?? fault;
    if (rule !== undefined) throw rowError(heads, rule);
  }
}
