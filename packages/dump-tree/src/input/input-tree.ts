import { closeSync, lstatSync, openSync, type Stats } from 'node:fs';
import { DataError, type FileSlice, READ_NO_LINK } from '@ekv/snapshot';
import { type DigestOnOpening, eachPiece, fileDigest, jsonDigest, type TakePiece } from '../files/file-digest.ts';
import { type FileLimit, ROW_BYTES } from '../files/file-limits.ts';
import { FolderEntries, nameOf, smallFolderEntries } from '../files/folder-entries.ts';
import { type NamesAs, TreeFileSystem } from '../files/tree-file-system.ts';
import { displayPath, nativePath } from '../files/tree-path.ts';
import { TreeReadError, treeReadError } from '../files/tree-read-error.ts';
import { changedWhileRead, sha256Of, WholeFiles } from '../files/whole-files.ts';
import { type AheadPace, FilesAhead } from '../threads/files-ahead.ts';
import { CheckedWay } from './checked-way.ts';
import { described, kindOf } from './entry-kind.ts';
import { fileStat, OpenFile } from './open-file.ts';
import type { LargeFile, TreeEntry, TreeSource } from './tree-source.ts';

/** Entries that the system gives in one piece, however long their names are. */
const LISTED_AT_ONCE = 100;

/** Takes the digests of files as they are read. */
export interface ReadDigests {
  /** @param path byte string relative to the root. @param sha256 64 lower-case hex digits. */
  add(path: string, sha256: string): void;
}

export interface InputTreeOptions {
  /** Is told the digest of every file that is read, such as a ChecksumsVerifier. */
  readonly verifier?: ReadDigests | undefined;
  /**
   * Threads that work, the calling one included: those besides it read small files ahead, once there are many. Then {@link InputTree.close}
   * is to be called. Default: 1.
   */
  readonly workers?: number | undefined;
  /** For tests: how files are shared between threads and the caller. */
  readonly aheadPace?: AheadPace | undefined;
}

/** A file of more bytes is not read ahead: JSON of more is looked at before it is read on. */
const MOST_AHEAD = 64 << 10;
/** Bytes of a path that no system call takes, on Linux. */
const LONGEST_PATH = 4096;

/**
 * Reads a folder that holds a dump tree nobody vouches for. Only regular files with one name are read, none through a link below the
 * root, and each is checked again once it is open. Paths are byte strings relative to the root, with `/`.
 * docs/format/02-dump-tree.md, section 8.
 *
 * Throws EnvironmentError, with the path, when the machine refuses (no permission, a broken disk), TreeReadError when the tree
 * changes under it.
 */
export class InputTree implements TreeSource {
  readonly root: string;
  readonly #verifier: ReadDigests | undefined;
  readonly #whole: WholeFiles = new WholeFiles(this);
  readonly #ahead: FilesAhead | undefined;
  readonly #fileSystem: TreeFileSystem;
  readonly #way: CheckedWay;
  /** To files that are read ahead, which lie in other folders than those that are read now. */
  readonly #wayAhead: CheckedWay;

  constructor(root: string, options: InputTreeOptions = {}) {
    this.root = root.endsWith('/') && root !== '/' ? root.slice(0, -1) : root;
    this.#fileSystem = new TreeFileSystem(this.root);
    this.#verifier = options.verifier;
    const display = (path: string) => this.display(path);
    const looked = { display, look: (path: string) => this.#lstat(path) };
    this.#way = new CheckedWay(looked);
    this.#wayAhead = new CheckedWay(looked);
    const { workers = 1, aheadPace: pace } = options;
    if (workers === 1) return;
    const { takesDigests } = this;
    this.#ahead = new FilesAhead({ root: this.root, threads: workers - 1, takesDigests, display, pace });
  }

  get mostExpected(): number {
    return this.#ahead?.most ?? 0;
  }

  expect(path: string, bytes: number = MOST_AHEAD): void {
    if (this.#ahead?.wants() && this.#isWayOpen(path)) this.#ahead.expect(path, Math.min(bytes, MOST_AHEAD));
  }

  /** Ends the threads. To be called after the last read. */
  close(): void {
    this.#ahead?.end();
  }

  get takesDigests(): boolean {
    return this.#verifier !== undefined;
  }

  display(path: string): string {
    return path === '' ? this.root : `${this.root}/${displayPath(path)}`;
  }

  isFolder(path: string): boolean {
    return this.#folder(path) !== undefined;
  }

  /** `undefined` when nothing is there. Throws DataError for what is no folder. */
  #folder(path: string): Stats | undefined {
    const stat = this.#way.leadsTo(path) ? this.#lstat(path) : undefined;
    if (stat === undefined) return undefined;
    if (stat.isDirectory()) {
      this.#way.ledTo(path);
      return stat;
    }
    throw new DataError(`${this.display(path)} must be a folder, it is ${described(stat)}`);
  }

  /** What stands in a folder, in any order; never more than a piece of a large one is in memory. */
  *entries(path: string): Generator<TreeEntry> {
    const stat = path === '' ? undefined : this.#folder(path);
    if (path !== '' && stat === undefined) throw new DataError(`the folder ${this.display(path)} is missing`);
    const names = stat === undefined ? 'buffer' : this.#fileSystem.namesOf(stat);
    if (stat !== undefined && this.#fileSystem.isSmall(stat)) return yield* this.#smallFolderEntries(path, stat, names);
    const folder = this.#attempt('list the folder', path, () => new FolderEntries(nativePath(this.root, path), names));
    try {
      for (;;) {
        const entry = this.#attempt('list the folder', path, () => folder.next());
        if (entry === undefined) return this.#checkListed(path, stat);
        yield { name: folder.name, kind: kindOf(entry) };
      }
    } finally {
      folder.close();
    }
  }

  *#smallFolderEntries(path: string, stat: Stats, names: NamesAs): Generator<TreeEntry> {
    const entries = this.#attempt('list the folder', path, () =>
      smallFolderEntries(nativePath(this.root, path), names),
    );
    if (entries.length > LISTED_AT_ONCE) this.#checkListed(path, stat);
    for (const entry of entries) yield { name: nameOf(entry), kind: kindOf(entry) };
  }

  /**
   * A list that was taken in several pieces may lack what was renamed meanwhile, although its name was there all the time: on tmpfs it does.
   * Other file systems than those that are known may have any time for a folder.
   */
  #checkListed(path: string, stat: Stats | undefined): void {
    if (stat === undefined || !this.#fileSystem.isKnown(stat)) return;
    const now = this.#lstat(path);
    if (now?.ino === stat.ino && now.mtimeMs === stat.mtimeMs) return;
    throw new TreeReadError(
      `${this.display(path)} changed while it was listed; stop what writes to the tree, then run again`,
    );
  }

  /**
   * The whole file, as a view that is valid until the next read. Throws DataError, with the path, for links, special
   * files, files with several names, files above the limit, and files that change while they are read.
   */
  read(path: string, limit: FileLimit): Buffer {
    const bytes = this.readOptional(path, limit);
    if (bytes === undefined) throw new DataError(`${this.display(path)} is missing`);
    return bytes;
  }

  readOptional(path: string, limit: FileLimit): Buffer | undefined {
    const ahead = this.#takeAhead(path, limit.bytes);
    if (ahead !== undefined) return ahead;
    const fd = this.#openOptional(path);
    if (fd === undefined) return undefined;
    try {
      return this.#readWhole(path, fd, this.#checkedSize(path, fd), limit);
    } finally {
      closeSync(fd);
    }
  }

  readOrLeave(path: string, limit: number, take?: TakePiece): Buffer | LargeFile {
    return this.#readOrLeave(path, limit, (file) => this.#recordDigest(path, file, take));
  }

  readOrLeaveJson(path: string, limit: number): Buffer | LargeFile {
    return this.#readOrLeave(path, limit, (file) => this.#recordJsonDigest(path, file));
  }

  #readOrLeave(path: string, limit: number, recordDigest: (file: OpenFile) => void): Buffer | LargeFile {
    const ahead = this.#takeAhead(path, limit);
    if (ahead !== undefined) return ahead;
    const fd = this.#openOptional(path);
    if (fd === undefined) throw new DataError(`${this.display(path)} is missing`);
    try {
      const size = this.#checkedSize(path, fd);
      if (size <= limit) return this.#readWhole(path, fd, size, ROW_BYTES);
      recordDigest(new OpenFile(fd, this.display(path), size));
      return this.#leftForLater(path, size, fileStat(fd, () => this.display(path)).mtimeMs);
    } finally {
      closeSync(fd);
    }
  }

  #leftForLater(path: string, size: number, modifiedMs: number): LargeFile {
    const native = nativePath(this.root, path);
    const slice = (offset: number, length: number) => ({ path: native, offset, length, fileBytes: size, modifiedMs });
    return { size, modifiedMs, slice };
  }

  openOptional(path: string, digest: DigestOnOpening = 'recorded'): OpenFile | undefined {
    const fd = this.#openOptional(path);
    if (fd === undefined) return undefined;
    try {
      const file = new OpenFile(fd, this.display(path), this.#checkedSize(path, fd));
      if (digest === 'recorded') this.#recordDigest(path, file);
      else if (digest === 'recorded of JSON') this.#recordJsonDigest(path, file);
      return file;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  pathOf({ path }: FileSlice): string {
    return Buffer.from(path).toString('latin1', Buffer.byteLength(this.root) + 1);
  }

  /** A file that was read ahead. The way to it was looked at then, and need not be again. */
  #takeAhead(path: string, limit: number): Buffer | undefined {
    const file = this.#ahead?.take(path);
    if (file === undefined || file.end - file.start > limit) return undefined;
    this.#verifier?.add(path, file.sha256);
    return this.#whole.copy(file.memory, file.start, file.end);
  }

  /** What is wrong with the way is said when the file is read. */
  #isWayOpen(path: string): boolean {
    try {
      return this.#wayAhead.leadsTo(path);
    } catch {
      return false;
    }
  }

  #readWhole(path: string, fd: number, size: number, limit: FileLimit): Buffer {
    const bytes = this.#whole.read(path, fd, size, limit);
    this.#verifier?.add(path, sha256Of(bytes));
    return bytes;
  }

  #recordDigest(path: string, file: OpenFile, take?: TakePiece): void {
    if (this.#verifier === undefined) return take === undefined ? undefined : passOver(file, take);
    const read = fileDigest(file, take);
    if (read.size !== file.byteLength) throw changedWhileRead(file.name);
    this.#verifier.add(path, read.sha256);
  }

  #recordJsonDigest(path: string, file: OpenFile): void {
    const verifier = this.#verifier;
    if (verifier === undefined) return;
    const read = jsonDigest(file);
    if (read === 'no JSON') return;
    if (read.size !== file.byteLength) throw changedWhileRead(file.name);
    verifier.add(path, read.sha256);
  }

  #openOptional(path: string): number | undefined {
    if (!this.#way.leadsTo(path)) return undefined;
    const native = nativePath(this.root, path);
    try {
      return openSync(native, READ_NO_LINK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || isImpossibleName(error, native)) return undefined;
      if (code === 'ELOOP')
        throw new DataError(`${this.display(path)} is a symlink; links are not followed, copy the file itself`);
      if (code === 'ENXIO') throw new DataError(`${this.display(path)} is a socket; only regular files are read`);
      throw treeReadError(error, 'read', this.display(path));
    }
  }

  #checkedSize(path: string, fd: number): number {
    const stat = fileStat(fd, () => this.display(path));
    if (!stat.isFile()) throw new DataError(`${this.display(path)} must be a regular file, it is ${described(stat)}`);
    if (stat.nlink > 1) {
      throw new DataError(
        `${this.display(path)} is hard-linked (${stat.nlink} names); copy the tree with "cp -r" and encode the copy`,
      );
    }
    return stat.size;
  }

  #lstat(path: string): Stats | undefined {
    return this.#attempt('look at', path, () => {
      const native = nativePath(this.root, path);
      try {
        return lstatSync(native, { throwIfNoEntry: false });
      } catch (error) {
        if (isImpossibleName(error, native)) return undefined;
        throw error;
      }
    });
  }

  #attempt<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw treeReadError(error, action, this.display(path));
    }
  }
}

function passOver(file: OpenFile, take: TakePiece): void {
  if (eachPiece(file, take) !== file.byteLength) throw changedWhileRead(file.name);
}

/**
 * A name that is too long, or that holds a NUL: nothing in a file system has it. Key maps can ask for one. What has a path that
 * is too long as a whole may well be there.
 */
function isImpossibleName(error: unknown, path: string | Buffer): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ERR_INVALID_ARG_VALUE' || (code === 'ENAMETOOLONG' && Buffer.byteLength(path) < LONGEST_PATH);
}
