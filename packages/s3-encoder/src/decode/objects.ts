import { rowError } from '@ekv/adapter';
import { DamagedDataError, DataError, ListedWarnings, printable } from '@ekv/snapshot';
import { writeSidecar } from '../files/object-sidecar.ts';
import { ORPHANS_FOLDER, SIDECAR_SUFFIX, UPLOADS_FOLDER } from '../files/paths.ts';
import { type HeadValue, readHeadValue } from '../layout/head-value.ts';
import { type ChunkSources, ObjectChunks } from './bodies/object-chunks.ts';
import type { DecodeContext } from './decode-context.ts';
import { isLive } from './head-walk.ts';
import type { KeymapLines } from './names/keymap-lines.ts';
import type { SortedPathExceptions } from './names/path-exceptions.ts';
import { OpenUploads } from './open-uploads.ts';
import { OrphanChunks } from './orphans.ts';
import type { ChunkRows, HeadRows } from './rows.ts';

/** The bucket whose objects are decoded, and what was found in it so far. */
export interface BucketOfObjects {
  readonly name: Buffer;
  /** Byte string relative to the root. */
  readonly folder: string;
  /** 0: objects of all generations are written. */
  readonly active: bigint;
  /** Objects of other generations. */
  stale: number;
  hasOrphanFiles: boolean;
  /** Whether an object is named like the folder of orphans. */
  hasOrphansObject: boolean;
  readonly hasUploads: boolean;
}

/** The cursors that the decoder moves, and what it needs beside them. */
export interface ObjectSources extends ChunkSources {
  readonly heads: HeadRows;
  readonly exceptions: SortedPathExceptions;
  readonly keymap: KeymapLines;
}

/** Decodes objects one by one, in the order of their rows. docs/format/05-s3.md, sections 2.3 to 2.5. */
export class ObjectDecoder {
  readonly #context: DecodeContext;
  readonly #sources: ObjectSources;
  readonly #orphans: OrphanChunks;
  readonly #orphanWarnings: ListedWarnings;
  readonly #openWarnings: ListedWarnings;
  readonly #openBlobs: OpenUploads;
  readonly #openReferences: OpenUploads;
  readonly #etagWarnings: ListedWarnings;

  constructor(context: DecodeContext, sources: ObjectSources) {
    this.#context = context;
    this.#sources = sources;
    this.#orphans = new OrphanChunks(context);
    this.#orphanWarnings = new ListedWarnings(
      context.warn,
      's3_orphan_chunks',
      'more objects have chunks and are not there',
      { loss: !context.includeOrphans },
    );
    // An upload that goes on while a backup is taken is no loss: its object is not there yet.
    this.#openWarnings = new ListedWarnings(
      context.holdsState ? () => {} : context.warn,
      's3_orphan_chunks',
      'more objects have chunks of uploads that were open and are not there yet',
    );
    this.#openBlobs = new OpenUploads(context.source);
    this.#openReferences = new OpenUploads(context.source);
    this.#etagWarnings = new ListedWarnings(
      context.warn,
      's3_etag_mismatch',
      'more objects have another MD5 than their etag tells',
      { doubt: true },
    );
  }

  /** Takes all rows of the object with that identity, which is the first one that has rows left. */
  decode(bucket: BucketOfObjects, id: Buffer): void {
    const { heads, blobs, exceptions } = this.#sources;
    const exception = heads.isOfObject(id) ? exceptions.of(heads.ordinal) : undefined;
    if (exception === undefined && hasDotKey(blobs, id)) this.#leaveChunksOut(id);
    if (!heads.isOfObject(id)) return this.#withoutHead(bucket, id);
    const head = readHeadValue(this.#context.rowJson, heads);
    if (!isLive(heads.generation, bucket.active)) this.#stale(bucket, id);
    else if (exception === 'left out') this.#skipChunks(id);
    else {
      const key = Buffer.from(heads.object);
      if (exception !== undefined) this.#sources.keymap.add(key, exception);
      this.#object(bucket, id, key, exception?.path ?? key.toString('latin1'), head);
    }
    heads.advance();
  }

  finish(): void {
    this.#orphanWarnings.finish();
    this.#openWarnings.finish();
    this.#etagWarnings.finish();
  }

  #object(bucket: BucketOfObjects, id: Buffer, key: Buffer, path: string, head: HeadValue): void {
    const { problems, sink, json, bodies } = this.#context;
    const chunks = new ObjectChunks(head);
    const refused = chunks.takeAll(id, this.#sources);
    const fault = refused === undefined ? chunks.bodyFault(head) : refused.rule;
    const where = `bucket "${printable(bucket.name)}", object "${printable(key)}"`;
    if (fault !== undefined) problems.add(refused ?? new DamagedDataError(`${where}: ${fault}`));
    const folderFault = this.#folderFault(bucket, path);
    if (folderFault !== undefined && fault === undefined) problems.add(new DataError(`${where}: ${folderFault}`));
    // With a broken object nothing will be published: the others are only looked at.
    if (problems.count > 0) return;
    const etagFault = bodies.write(`${bucket.folder}/${path}`, head, chunks);
    writeSidecar(json, head);
    sink.file(`${bucket.folder}/${path}${SIDECAR_SUFFIX}`, json.view());
    if (etagFault === undefined) return;
    this.#etagWarnings.add(`the digest of an object differs: ${etagFault}`, {
      bucket: printable(bucket.name),
      object: printable(key),
    });
  }

  /** An object may bear the name of a dump folder, unless the folder is needed. */
  #folderFault(bucket: BucketOfObjects, path: string): string | undefined {
    if (path === ORPHANS_FOLDER) bucket.hasOrphansObject = true;
    const option = path === ORPHANS_FOLDER ? 'includeOrphans' : 'includeIncompleteUploads';
    const isTaken =
      (path === ORPHANS_FOLDER && bucket.hasOrphanFiles) || (path === UPLOADS_FOLDER && bucket.hasUploads);
    return isTaken ? `its path is the folder ${path} that this dump needs; leave the option ${option} out` : undefined;
  }

  #withoutHead(bucket: BucketOfObjects, id: Buffer): void {
    const { blobs, references } = this.#sources;
    const rows = blobs.isOfObject(id) ? blobs : references;
    if (!rows.isOfObject(id)) return;
    if (!isLive(rows.generation, bucket.active)) this.#stale(bucket, id);
    else this.#orphan(bucket, id);
  }

  #stale(bucket: BucketOfObjects, id: Buffer): void {
    bucket.stale++;
    if (this.#context.includeOrphans) this.#orphan(bucket, id);
    else this.#skipChunks(id);
  }

  #orphan(bucket: BucketOfObjects, id: Buffer): void {
    const { blobs, references } = this.#sources;
    const isBlob = blobs.isOfObject(id);
    const isReference = references.isOfObject(id);
    if (!isBlob && !isReference) return;
    const object = printable((isBlob ? blobs : references).object);
    const found = { orphans: 0, open: 0, orphanReferences: 0 };
    for (; blobs.isOfObject(id); blobs.advance()) {
      if (this.#openBlobs.has(blobs)) found.open++;
      else found.orphans++;
      this.#writeOrphan(bucket);
    }
    for (; references.isOfObject(id); references.advance()) {
      if (!this.#openReferences.has(references)) found.orphanReferences++;
    }
    this.#warnOfOrphans(found, { bucket: printable(bucket.name), object });
  }

  #warnOfOrphans(
    { orphans, open, orphanReferences }: { orphans: number; open: number; orphanReferences: number },
    where: { bucket: string; object: string },
  ): void {
    const { includeOrphans, source } = this.#context;
    const written = includeOrphans ? 'they were written to _orphans' : 'they were left out';
    if (orphans + orphanReferences > 0) {
      const leftOut = includeOrphans ? orphanReferences : orphans + orphanReferences;
      if (leftOut > 0)
        source.damage?.addOrphans(() => `chunks of "${where.object}" in bucket "${where.bucket}"`, leftOut);
      const why = source.damage === undefined ? 'is not there' : 'was left out, or is not there';
      this.#orphanWarnings.add(`chunks belong to an object that ${why}: ${written}`, {
        ...where,
        chunks: orphans,
      });
    }
    if (open === 0 && orphans + orphanReferences > 0) return;
    this.#openWarnings.add(
      `chunks belong to an upload that was open when the snapshot was taken, its object is not there yet: ${written}`,
      { ...where, chunks: open },
    );
  }

  #writeOrphan(bucket: BucketOfObjects): void {
    const { includeOrphans, problems } = this.#context;
    if (!includeOrphans) return;
    if (bucket.hasOrphansObject && !bucket.hasOrphanFiles) {
      const name = printable(bucket.name);
      problems.add(
        new DataError(
          `bucket "${name}": the object "${ORPHANS_FOLDER}" is in the place of the folder that orphaned chunks need; leave the option includeOrphans out`,
        ),
      );
    }
    bucket.hasOrphanFiles = true;
    if (problems.count > 0) return;
    this.#context.source.attempt(() => this.#orphans.write(bucket.folder, this.#sources.blobs));
  }

  /** Throws RowError, unless the snapshot is salvaged. */
  #leaveChunksOut(id: Buffer): void {
    const { blobs } = this.#sources;
    const name = JSON.stringify(blobs.object.toString('latin1'));
    for (; blobs.isOfObject(id); blobs.advance())
      this.#context.source.leaveOut(rowError(blobs, `an object cannot be named ${name}`));
  }

  #skipChunks(id: Buffer): void {
    const { blobs, references } = this.#sources;
    for (; blobs.isOfObject(id); blobs.advance());
    for (; references.isOfObject(id); references.advance());
  }
}

/** Whether the object of that identity has chunks and a key that is no name of a file. */
function hasDotKey(blobs: ChunkRows, id: Buffer): boolean {
  return blobs.isOfObject(id) && /^\.{0,2}$/.test(blobs.object.toString('latin1'));
}
