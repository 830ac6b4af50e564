import {
  type DigestOnOpening,
  displayPath,
  eachPiece,
  type FileLimit,
  fileDigest,
  jsonDigest,
  type LargeFile,
  type ReadDigests,
  ROW_BYTES,
  sha256Of,
  type TakePiece,
  type TreeEntry,
  type TreeSource,
  WholeFiles,
} from '@ekv/dump-tree';
import { DataError, type FileSlice } from '@ekv/snapshot';
import { MemberFile, type MemberStore } from './member-bytes.ts';
import type { Located, PathIndex } from './path-index.ts';

/** A path that leads to nothing in a tree, and that a key map can ask for. */
const DOT_SEGMENT = /(?:^|\/)\.{0,2}\//;

/** A dump tree in an archive, of which the members are known. It is read as a folder is. docs/format/02-dump-tree.md, section 12. */
export class ArchiveTree implements TreeSource {
  /** The archive for people. */
  readonly root: string;
  readonly #index: PathIndex;
  readonly #store: MemberStore;
  readonly #verifier: ReadDigests | undefined;
  readonly #whole: WholeFiles = new WholeFiles(this);

  constructor(root: string, index: PathIndex, store: MemberStore, verifier?: ReadDigests) {
    this.root = root;
    this.#index = index;
    this.#store = store;
    this.#verifier = verifier;
  }

  get takesDigests(): boolean {
    return this.#verifier !== undefined;
  }

  display(path: string): string {
    return path === '' ? this.root : `${this.root}/${displayPath(path)}`;
  }

  isFolder(path: string): boolean {
    const found = path === '' ? FOLDER : this.#find(path);
    if (found?.kind === 'file') throw new DataError(`${this.display(path)} must be a folder, it is a regular file`);
    return found !== undefined;
  }

  *entries(path: string): Generator<TreeEntry> {
    if (!this.isFolder(path)) throw new DataError(`the folder ${this.display(path)} is missing`);
    yield* this.#index.entries(path);
  }

  read(path: string, limit: FileLimit): Buffer {
    const bytes = this.readOptional(path, limit);
    if (bytes === undefined) throw this.#missing(path);
    return bytes;
  }

  readOptional(path: string, limit: FileLimit): Buffer | undefined {
    const file = this.#file(path);
    return file === undefined ? undefined : this.#readWhole(path, file, limit);
  }

  readOrLeave(path: string, limit: number, take?: TakePiece): Buffer | LargeFile {
    return this.#readOrLeave(path, limit, (file) => this.#recordDigest(path, file, take));
  }

  readOrLeaveJson(path: string, limit: number): Buffer | LargeFile {
    return this.#readOrLeave(path, limit, (file) => this.#recordJsonDigest(path, file));
  }

  openOptional(path: string, digest: DigestOnOpening = 'recorded'): MemberFile | undefined {
    const found = this.#file(path);
    if (found === undefined) return undefined;
    const file = new MemberFile(this.#store, found, this.display(path));
    if (digest === 'recorded') this.#recordDigest(path, file);
    else if (digest === 'recorded of JSON') this.#recordJsonDigest(path, file);
    return file;
  }

  pathOf({ path }: FileSlice): string {
    return Buffer.from(path).toString('latin1', Buffer.byteLength(this.root) + 1);
  }

  #readOrLeave(path: string, limit: number, recordDigest: (file: MemberFile) => void): Buffer | LargeFile {
    const found = this.#file(path);
    if (found === undefined) throw this.#missing(path);
    if (found.size <= limit) return this.#readWhole(path, found, ROW_BYTES);
    recordDigest(new MemberFile(this.#store, found, this.display(path)));
    return this.#leftForLater(path, found);
  }

  #leftForLater(path: string, { offset: start, size }: Located): LargeFile {
    const { fd, unchanged } = this.#store;
    const shown = Buffer.concat([Buffer.from(`${this.root}/`), Buffer.from(path, 'latin1')]);
    const whole = unchanged && { fileBytes: unchanged.size, modifiedMs: unchanged.modifiedMs };
    const slice = (offset: number, length: number) => ({ path: shown, fd, offset: start + offset, length, ...whole });
    return { size, modifiedMs: unchanged?.modifiedMs ?? 0, slice };
  }

  #readWhole(path: string, { offset, size }: Located, limit: FileLimit): Buffer {
    const bytes = this.#whole.read(path, this.#store.fd, size, limit, offset);
    this.#verifier?.add(path, sha256Of(bytes));
    return bytes;
  }

  #recordDigest(path: string, file: MemberFile, take?: TakePiece): void {
    if (this.#verifier === undefined) {
      if (take !== undefined) eachPiece(file, take);
      return;
    }
    this.#verifier.add(path, fileDigest(file, take).sha256);
  }

  #recordJsonDigest(path: string, file: MemberFile): void {
    if (this.#verifier === undefined) return;
    const read = jsonDigest(file);
    if (read !== 'no JSON') this.#verifier.add(path, read.sha256);
  }

  #file(path: string): Located | undefined {
    const found = this.#find(path);
    if (found?.kind === 'folder') throw new DataError(`${this.display(path)} must be a regular file, it is a folder`);
    return found;
  }

  /** A folder need not be a member itself. */
  #find(path: string): Located | undefined {
    if (path.includes('\0')) return undefined;
    const found = this.#index.find(path);
    if (found !== undefined) return found;
    if (DOT_SEGMENT.test(path))
      throw new DataError(
        `${this.display(path.slice(0, path.lastIndexOf('/')))} is no path inside the tree; "." and ".." are not followed`,
      );
    return this.#index.hasBelow(path) ? FOLDER : undefined;
  }

  #missing(path: string): DataError {
    return new DataError(`${this.display(path)} is missing`);
  }
}

const FOLDER: Located = { kind: 'folder', offset: 0, size: 0 };
