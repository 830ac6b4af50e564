import { DESCRIPTION_JSON, filesBelow, folderInPlaceOfFile, refusedEntry } from '@ekv/dump-tree';
import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { readSidecar, type Sidecar } from '../files/object-sidecar.ts';
import { BUCKET_FILE, KEYMAP_FILE, ORPHANS_FOLDER, SIDECAR_SUFFIX, UPLOADS_FOLDER } from '../files/paths.ts';
import { ObjectRows } from '../records/object-rows.ts';
import { BucketKeymap } from './bucket-keymap.ts';
import type { EncodeContext } from './encode-context.ts';
import { FolderListing, type NamedEntries } from './folder-listing.ts';

/** Bodies above this size are read when the snapshot is written: to open a file again costs less than to sort its bytes. */
const INLINE_BYTES = 16 << 10;

/** A folder that is walked over. */
interface OpenFolder {
  /** Below the bucket's folder, with a `/` at the end; empty for that folder itself. */
  readonly prefix: string;
  readonly listing: FolderListing;
  /** How many files had been found when it was opened. */
  readonly filesBefore: number;
}

/** The rows of all objects of a bucket, in the order of their paths. docs/format/05-s3.md, sections 7.2 and 7.3. */
export class BucketObjects {
  readonly #context: EncodeContext;
  /** Byte string relative to the root. */
  readonly #folder: string;
  readonly #rows: ObjectRows;
  #sidecarBytes = Buffer.allocUnsafe(1 << 12);
  #keymap: BucketKeymap | undefined;
  #files = 0;

  /** @param generation of the bucket, as keys have it. Default: 1. */
  constructor(context: EncodeContext, folder: string, bucket: Uint8Array, generation?: Buffer) {
    this.#context = context;
    this.#folder = folder;
    this.#rows = new ObjectRows(bucket, generation);
  }

  *rows(): Generator<SnapshotRow> {
    const open: OpenFolder[] = [{ prefix: '', listing: this.#openTop(), filesBefore: 0 }];
    try {
      for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
        const entries = folder.listing.next();
        if (entries === undefined) {
          open.pop();
          folder.listing.close();
          this.#lookForFile(folder);
        } else if (this.#isObject(folder.prefix, entries, open)) {
          yield* this.#context.problems.guard(this.#object(folder.prefix + entries.name));
        }
      }
      this.#keymap?.finish();
    } finally {
      for (const { listing } of open) listing.close();
      this.#keymap?.close();
    }
  }

  /** Lists the bucket's folder, and reads its key map if there is one: only the list tells it from an object of that name. */
  #openTop(): FolderListing {
    const { tree, scratch } = this.#context;
    let isFile = false;
    let hasSidecar = false;
    const listing = new FolderListing(tree.entries(this.#folder), scratch, ({ name, kind }) => {
      if (kind !== 'file') return;
      isFile ||= name === KEYMAP_FILE;
      hasSidecar ||= name === KEYMAP_FILE + SIDECAR_SUFFIX;
    });
    if (isFile && !hasSidecar) this.#keymap = new BucketKeymap(this.#context, this.#folder);
    return listing;
  }

  /** Looks at what stands under one name; true for an object, whose rows are to be made. Opens folders. */
  #isObject(prefix: string, entries: NamedEntries, open: OpenFolder[]): boolean {
    const { tree, problems, scratch } = this.#context;
    const { name, body, sidecar } = entries;
    const path = `${this.#folder}/${prefix}${name}`;
    if (body !== 'folder' || sidecar !== undefined) this.#files++;
    if (prefix === '' && this.#isOwn(entries)) return false;
    if (sidecar === 'link' || sidecar === 'special') {
      problems.add(refusedEntry(tree.display(path + SIDECAR_SUFFIX), sidecar));
    } else if (sidecar === 'file' && (body === undefined || body === 'folder')) {
      problems.add(withoutBody(tree.display(path + SIDECAR_SUFFIX), tree.display(path)));
    }
    if (body === 'folder') {
      const listing = problems.attempt(() => new FolderListing(tree.entries(path), scratch));
      if (listing !== undefined) open.push({ prefix: `${prefix}${name}/`, listing, filesBefore: this.#files });
      return false;
    }
    if (body === 'link' || body === 'special') problems.add(refusedEntry(tree.display(path), body));
    else if (body === 'file' && sidecar === undefined) problems.add(withoutSidecar(tree.display(path)));
    if (body !== undefined && (body !== 'file' || sidecar !== 'file')) this.#keymap?.originalOf(prefix + name);
    return body === 'file' && sidecar === 'file';
  }

  /** Complains of a folder that has no file in it and is named like one of the dump's own files, which may have been there. */
  #lookForFile({ prefix, filesBefore }: OpenFolder): void {
    if (this.#files > filesBefore) return;
    if (!prefix.endsWith(`${SIDECAR_SUFFIX}/`) && prefix !== `${KEYMAP_FILE}/`) return;
    const { problems, tree } = this.#context;
    problems.add(folderInPlaceOfFile(tree.display(`${this.#folder}/${prefix.slice(0, -1)}`)));
  }

  /** Whether an entry of the bucket's folder is no object but a part of the dump. */
  #isOwn({ name, body, sidecar }: NamedEntries): boolean {
    const { problems, strays } = this.#context;
    const path = `${this.#folder}/${name}`;
    if (name === BUCKET_FILE && body === 'file') {
      if (sidecar !== undefined) strays.add(path + SIDECAR_SUFFIX, sidecar);
      return true;
    }
    if (name === KEYMAP_FILE && body === 'file') return this.#keymap !== undefined;
    if ((name !== ORPHANS_FOLDER && name !== UPLOADS_FOLDER) || body !== 'folder' || sidecar !== undefined)
      return false;
    const hasObjects = problems.attempt(() => this.#hasSidecars(path));
    if (hasObjects === true) problems.add(userDataIn(this.#context.tree.display(path)));
    else if (hasObjects === false) strays.add(path, 'folder');
    return true;
  }

  /** Whether there are objects in a folder of the dump's own. Throws DataError. */
  #hasSidecars(path: string): boolean {
    for (const below of filesBelow(this.#context.tree, path)) if (below.path.endsWith(SIDECAR_SUFFIX)) return true;
    return false;
  }

  /** @param below path below the bucket's folder. Throws DataError. */
  *#object(below: string): Generator<SnapshotRow> {
    const { tree, sense, etags, keymapProof } = this.#context;
    const path = `${this.#folder}/${below}`;
    const original = this.#keymap?.originalOf(below);
    if (original === undefined) keymapProof.look(path);
    const key = original ?? Buffer.from(below, 'latin1');
    const sidecarPath = path + SIDECAR_SUFFIX;
    const sidecar = this.#readSidecar(sidecarPath);
    const digest = sidecar.size > INLINE_BYTES ? etags.begin(sidecar) : undefined;
    const file = tree.readOrLeave(path, INLINE_BYTES, digest?.take);
    const size = Buffer.isBuffer(file) ? file.length : file.size;
    if (sidecar.size !== BigInt(size)) {
      throw new DataError(
        `${tree.display(path)} has ${size} bytes, "size_bytes" of its sidecar is ${sidecar.size}; restore the body, or correct the sidecar`,
      );
    }
    sense.look(key, sidecar, sidecarPath);
    const etag = etags.settle(sidecar, file, digest, sidecarPath);
    const facts = etag === sidecar.etag ? sidecar : { ...sidecar, etag };
    yield* this.#rows.of(key, Buffer.isBuffer(file) ? file : etags.sliceOf(file, sidecar), facts);
  }

  /** The texts are valid until the next sidecar is read. Throws DataError. */
  #readSidecar(path: string): Sidecar {
    const read = this.#context.tree.read(path, DESCRIPTION_JSON);
    // The texts are needed when the body is read, into the tree's own buffer.
    if (read.length > this.#sidecarBytes.length) this.#sidecarBytes = Buffer.allocUnsafe(read.length * 2);
    const length = read.copy(this.#sidecarBytes);
    return readSidecar(this.#context, path, this.#sidecarBytes.subarray(0, length));
  }
}

function withoutSidecar(path: string): DataError {
  return new DataError(
    `${path} has no sidecar: every object needs a file of its name and ${SIDECAR_SUFFIX} beside it; restore the sidecar, or remove what is no object`,
  );
}

function withoutBody(sidecar: string, body: string): DataError {
  return new DataError(
    `${sidecar} is the sidecar of an object that is not there: ${body} is no file; restore it, or remove the sidecar`,
  );
}

function userDataIn(path: string): DataError {
  return new DataError(
    `${path} is a folder of the dump's own, yet there are objects in it; such keys need a line in ${KEYMAP_FILE}, see the option renameCollisions of decode`,
  );
}
