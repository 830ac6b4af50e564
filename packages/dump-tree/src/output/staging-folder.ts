import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { isOpenToOthers } from './open-folder.ts';
import { removeTree } from './remove-tree.ts';

const OPEN_FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** How a file of a new tree is opened, and its mode. */
export const CREATE: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
export const FILE_MODE = 0o600;

/** Mode of all folders of a new tree, whatever the umask: names of files are keys. */
export const FOLDER_MODE = 0o700;

/**
 * The hidden folder in which a tree is built. It is held open: where others may write to the folder that it stands in, they can put a
 * link in its place, and nothing must be written through that. Files are made relative to the open folder where the system has
 * paths for that (Linux), and {@link verify} tells before the tree takes its place.
 */
export class StagingFolder {
  /** Where it stands. */
  readonly path: string;
  /** Root of the paths of its files: the open folder, or `path` where the system cannot. */
  readonly base: string;
  /** Whether the umask takes rights of the owner: then modes must be set after each file or folder is made. */
  readonly setsModes: boolean;
  readonly #fd: number;
  readonly #stat: Stats;
  #isClosed = false;

  /** Makes the folder; it must not exist. Throws errors of system calls, EnvironmentError. */
  static make(path: string): StagingFolder {
    const setsModes = makePrivateFolder(path);
    let fd: number | undefined;
    try {
      fd = openSync(path, OPEN_FOLDER);
      return new StagingFolder(path, setsModes, fd);
    } catch (error) {
      if (fd !== undefined) closeSync(fd);
      removeEmpty(path);
      throw error;
    }
  }

  private constructor(path: string, setsModes: boolean, fd: number) {
    this.path = path;
    this.setsModes = setsModes;
    this.#fd = fd;
    this.#stat = fstatSync(this.#fd);
    const open = `/proc/self/fd/${this.#fd}`;
    this.base = this.#isSame(statOf(statSync, open)) ? open : path;
    if (this.#stat.uid !== process.geteuid?.() && isOpenToOthers(dirname(path)) && !this.#isMapped()) {
      throw swapped(path);
    }
  }

  /** Whether this folder stands at a path. */
  isAt(path: string): boolean {
    return this.#isSame(statOf(lstatSync, path));
  }

  /** Throws EnvironmentError when something else stands where this folder stood. */
  verify(): void {
    if (!this.isAt(this.path)) throw swapped(this.path);
  }

  chmod(mode: number): void {
    fchmodSync(this.#fd, mode);
  }

  /** Brings the entries of the folder to the disk, wherever it stands by now. */
  flush(): void {
    fsyncSync(this.#fd);
  }

  /** Removes what is in the folder, wherever it stands by now, as far as the system can. */
  empty(): void {
    if (this.#isClosed || this.base === this.path) return;
    for (const name of readdirSync(this.base)) removeTree(join(this.base, name));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      closeSync(this.#fd);
    } catch {
      // Nothing was written to it.
    }
  }

  /** Whether the file system gives what we make to another user, as for root on a share of the network. */
  #isMapped(): boolean {
    const probe = join(this.base, '.owner');
    try {
      const fd = openSync(probe, 'wx', 0o600);
      try {
        const { uid, dev } = fstatSync(fd);
        // Of another file system, to which a swapped path may lead, the answer says nothing.
        return uid === this.#stat.uid && dev === this.#stat.dev;
      } finally {
        closeSync(fd);
        rmSync(probe);
      }
    } catch {
      return false;
    }
  }

  #isSame(stat: Stats | undefined): boolean {
    return stat?.ino === this.#stat.ino && stat.dev === this.#stat.dev;
  }
}

/** A folder that was just made and cannot be used; what others have put into it stays. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is not empty, or not there any more.
  }
}

/** Makes a folder, mode 0700; none is left when it throws. @returns whether the umask takes rights of the owner. */
export function makePrivateFolder(path: string): boolean {
  mkdirSync(path, FOLDER_MODE);
  try {
    return setPrivate(path);
  } catch (error) {
    removeEmpty(path);
    throw error;
  }
}

/** @returns whether the mode had to be set. */
function setPrivate(path: string): boolean {
  const { mode } = lstatSync(path);
  if ((mode & FOLDER_MODE) === FOLDER_MODE) return false;
  chmodSync(path, FOLDER_MODE);
  return true;
}

function statOf(stat: (path: string, options: { throwIfNoEntry: false }) => Stats | undefined, path: string) {
  try {
    return stat(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function swapped(path: string): EnvironmentError {
  return new EnvironmentError(
    `${path}, in which the tree was built, was moved or replaced by another user or program; choose an output in a folder that only you may write to`,
  );
}
