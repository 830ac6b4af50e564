import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  readSync,
  type Stats,
} from 'node:fs';
import { DataError, environmentError } from '@ekv/snapshot';

/** What stands in a folder. `name` is a byte string: one character per byte. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'special';
}

const FIRST_BUFFER = 1 << 16;
const KEEP_BELOW = 8 << 20;

/**
 * Reads a dump tree that nobody vouches for. Only regular files with one name are read, none through a link, and each
 * is checked again once it is open. Paths are byte strings relative to the root, with `/`.
 * docs/format/02-dump-tree.md, section 8.
 */
export class InputTree {
  readonly root: string;
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);

  constructor(root: string) {
    this.root = root.endsWith('/') && root !== '/' ? root.slice(0, -1) : root;
  }

  /** The path for people and for messages. */
  display(path: string): string {
    return path === '' ? this.root : `${this.root}/${Buffer.from(path, 'latin1').toString()}`;
  }

  /** Whether the folder is there. Throws DataError when something else stands in its place. */
  isFolder(path: string): boolean {
    const stat = this.#lstat(path);
    if (stat === undefined) return false;
    if (stat.isDirectory()) return true;
    throw new DataError(`${this.display(path)} must be a folder, it is ${described(stat)}`);
  }

  /** What stands in a folder, in the order of the file system; never more than a piece of it is in memory. */
  *entries(path: string): Generator<TreeEntry> {
    const folder = this.#attempt('list the folder', path, () =>
      opendirSync(this.#native(path), { encoding: 'latin1' as BufferEncoding, bufferSize: 1024 }),
    );
    try {
      for (;;) {
        const entry = this.#attempt('list the folder', path, () => folder.readSync());
        if (entry === null) return;
        yield { name: entry.name, kind: this.#kind(path, entry) };
      }
    } finally {
      folder.closeSync();
    }
  }

  /**
   * The whole file, as a view that is valid until the next read. Throws DataError, with the path, for links, special
   * files, files with several names, and files that change while they are read.
   */
  read(path: string): Buffer {
    const bytes = this.readOptional(path);
    if (bytes === undefined) throw new DataError(`${this.display(path)} is missing`);
    return bytes;
  }

  /** As {@link read}; `undefined` when there is no such file. */
  readOptional(path: string): Buffer | undefined {
    const fd = this.#openOptional(path);
    if (fd === undefined) return undefined;
    try {
      const { size } = this.#checkedStat(path, fd);
      return this.#readAll(path, fd, size);
    } finally {
      closeSync(fd);
    }
  }

  /** Opens a file that is read in pieces; the caller closes it. `undefined` when there is no such file. */
  openOptional(path: string): { readonly fd: number; readonly size: number } | undefined {
    const fd = this.#openOptional(path);
    if (fd === undefined) return undefined;
    try {
      return { fd, size: this.#checkedStat(path, fd).size };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #readAll(path: string, fd: number, size: number): Buffer {
    if (size >= this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(size + 1);
    else if (this.#buffer.length > KEEP_BELOW && size < FIRST_BUFFER)
      this.#buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    const buffer = this.#buffer;
    let filled = 0;
    // One byte more is asked for than the file had when it was opened: so a file that grows shows.
    for (let read = -1; read !== 0 && filled < size + (read === -1 ? 1 : 0); ) {
      read = this.#attempt('read', path, () => readSync(fd, buffer, filled, size + 1 - filled, null));
      filled += read;
    }
    if (filled !== size) {
      throw new DataError(
        `${this.display(path)} changed while it was read; stop what writes to the tree, then run again`,
      );
    }
    return buffer.subarray(0, size);
  }

  #openOptional(path: string): number | undefined {
    try {
      return openSync(this.#native(path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      if (code === 'ELOOP')
        throw new DataError(`${this.display(path)} is a symlink; links are not followed, copy the file itself`);
      if (code === 'ENXIO') throw new DataError(`${this.display(path)} is a socket; only regular files are read`);
      throw environmentError(error, 'read', this.display(path));
    }
  }

  #checkedStat(path: string, fd: number): Stats {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new DataError(`${this.display(path)} must be a regular file, it is ${described(stat)}`);
    if (stat.nlink > 1) {
      throw new DataError(
        `${this.display(path)} is hard-linked (${stat.nlink} names); copy the tree with "cp -r --no-preserve=links" and encode the copy`,
      );
    }
    return stat;
  }

  #kind(folder: string, entry: Dirent): TreeEntry['kind'] {
    if (entry.isFile()) return 'file';
    if (entry.isDirectory()) return 'folder';
    if (entry.isSymbolicLink()) return 'link';
    if (entry.isFIFO() || entry.isSocket() || entry.isCharacterDevice() || entry.isBlockDevice()) return 'special';
    // Some file systems do not tell the kind while listing.
    const stat = this.#lstat(folder === '' ? entry.name : `${folder}/${entry.name}`);
    if (stat?.isFile()) return 'file';
    if (stat?.isDirectory()) return 'folder';
    return stat?.isSymbolicLink() ? 'link' : 'special';
  }

  #lstat(path: string): Stats | undefined {
    return this.#attempt('look at', path, () => lstatSync(this.#native(path), { throwIfNoEntry: false }));
  }

  #native(path: string): string | Buffer {
    return nativePath(this.root, path);
  }

  #attempt<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw environmentError(error, action, this.display(path));
    }
  }
}

/** A byte string path below `root` as the system calls want it: text while it is ASCII, bytes otherwise. */
export function nativePath(root: string, path: string): string | Buffer {
  const full = path === '' ? root : `${root}/${path}`;
  for (let i = 0; i < path.length; i++) {
    if (path.charCodeAt(i) >= 0x80) return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
  }
  return full;
}

function described(stat: Stats): string {
  if (stat.isSymbolicLink()) return 'a symlink; links are not followed';
  if (stat.isFIFO()) return 'a FIFO';
  if (stat.isSocket()) return 'a socket';
  if (stat.isDirectory()) return 'a folder';
  return stat.isFile() ? 'a regular file' : 'a device';
}
