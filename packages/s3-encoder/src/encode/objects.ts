import { readAhead } from '@ekv/adapter';
import { DESCRIPTION_JSON, filesBelow, folderInPlaceOfFile, refusedEntry } from '@ekv/dump-tree';
import { DataError, type SnapshotRow } from '@ekv/snapshot';
import { readSidecar, type Sidecar } from '../files/object-sidecar.ts';
import { BUCKET_FILE, KEYMAP_FILE, SIDECAR_SUFFIX } from '../files/paths.ts';
import { ObjectRows } from '../records/object-rows.ts';
import { BucketKeymap } from './bucket-keymap.ts';
import { bucketWalk, isOfDump, type Met } from './bucket-walk.ts';
import type { EncodeContext } from './encode-context.ts';
import { FolderListing, type NamedEntries } from './folder-listing.ts';

/** Bodies above this size are read when the snapshot is written: to open a file again costs less than to sort its bytes. */
const INLINE_BYTES = 16 << 10;

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
    const { tree, scratch, problems } = this.#context;
    // How many files had been found when a folder was begun, of each that is open.
    const before: number[] = [];
    try {
      const walk = bucketWalk(tree, scratch, this.#folder, this.#openTop());
      for (const { prefix, found, error } of readAhead(tree, walk, (met) => this.#expect(met))) {
        if (found === 'unlisted') {
          before.pop();
          problems.add(error);
        } else if (found === 'end') this.#endFolder(prefix, before.pop());
        else {
          if (this.#isObject(prefix, found)) yield* problems.guard(this.#object(prefix + found.name));
          if (found.body === 'folder' && !isOfDump(prefix, found)) before.push(this.#files);
        }
      }
      this.#keymap?.finish();
    } finally {
      this.#keymap?.close();
    }
  }

  /** An object's files are read after each other. */
  #expect({ prefix, found }: Met): number {
    if (typeof found === 'string' || found.body !== 'file' || found.sidecar !== 'file') return 0;
    const path = `${this.#folder}/${prefix}${found.name}`;
    const { tree } = this.#context;
    tree.expect?.(path + SIDECAR_SUFFIX);
    tree.expect?.(path, INLINE_BYTES);
    return 2;
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

  /** Looks at what stands under one name; true for an object, whose rows are to be made. */
  #isObject(prefix: string, entries: NamedEntries): boolean {
    const { tree, problems } = this.#context;
    const { name, body, sidecar } = entries;
    const path = `${this.#folder}/${prefix}${name}`;
    if (body !== 'folder' || sidecar !== undefined) this.#files++;
    if (prefix === '' && this.#isOwn(entries)) return false;
    if (sidecar === 'link' || sidecar === 'special') {
      problems.add(refusedEntry(tree.display(path + SIDECAR_SUFFIX), sidecar));
    } else if (sidecar === 'file' && (body === undefined || body === 'folder')) {
      problems.add(withoutBody(tree.display(path + SIDECAR_SUFFIX), tree.display(path)));
    }
    if (body === 'folder') return false;
    if (body === 'link' || body === 'special') problems.add(refusedEntry(tree.display(path), body));
    else if (body === 'file' && sidecar === undefined) problems.add(withoutSidecar(tree.display(path)));
    if (body !== undefined && (body !== 'file' || sidecar !== 'file')) this.#keymap?.originalOf(prefix + name);
    return body === 'file' && sidecar === 'file';
  }

  /** Complains of a folder that has no file in it and is named like one of the dump's own files, which may have been there. */
  #endFolder(prefix: string, filesBefore = 0): void {
    if (this.#files > filesBefore) return;
    if (!prefix.endsWith(`${SIDECAR_SUFFIX}/`) && prefix !== `${KEYMAP_FILE}/`) return;
    const { problems, tree } = this.#context;
    problems.add(folderInPlaceOfFile(tree.display(`${this.#folder}/${prefix.slice(0, -1)}`)));
  }

  /** Whether an entry of the bucket's folder is no object but a part of the dump. */
  #isOwn(entries: NamedEntries): boolean {
    const { problems, strays } = this.#context;
    const { name, body, sidecar } = entries;
    const path = `${this.#folder}/${name}`;
    if (name === BUCKET_FILE && body === 'file') {
      if (sidecar !== undefined) strays.add(path + SIDECAR_SUFFIX, sidecar);
      return true;
    }
    if (name === KEYMAP_FILE && body === 'file') return this.#keymap !== undefined;
    if (!isOfDump('', entries)) return false;
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
