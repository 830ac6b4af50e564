import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { hiddenPaths } from '@ekv/dump-tree';
import { EnvironmentError, environmentError, writeAll } from '@ekv/snapshot';
import { ownerLine, removeQuietly } from '@ekv/snapshot/publish';

const DIRECTORY_MODE = 0o755;

/** How a file of the directory is made; modes before the umask. docs/format/07-restore.md, section 3.2. */
interface NewFile {
  readonly mode: number;
  /** Size that the file is given in the end; zeros follow what was written. */
  readonly size?: number;
}

/** The directory of a node while it is made: hidden, beside its place. */
export class StagedNode {
  readonly #place: string;
  readonly #shown: string;
  readonly #path: string;
  readonly #owner: string;

  /** @param place absolute. @param shown for messages. Throws EnvironmentError. */
  constructor(place: string, shown: string, runId: string) {
    this.#place = place;
    this.#shown = shown;
    const { beside, ownerBeside } = hiddenPaths(place, runId);
    this.#path = beside;
    this.#owner = ownerBeside;
    try {
      writeFileSync(this.#owner, ownerLine(runId), { flag: 'wx', mode: 0o600 });
      mkdirSync(this.#path, DIRECTORY_MODE);
    } catch (error) {
      removeQuietly(this.#owner);
      throw environmentError(error, 'make the directory', shown);
    }
  }

  /** @param path below the directory. */
  directory(path: string, mode = DIRECTORY_MODE): void {
    this.#attempt('make', path, () => mkdirSync(join(this.#path, path), mode));
  }

  /** A new file, flushed when `write` is done. @param write gets its descriptor. */
  file<T>(path: string, { mode, size }: NewFile, write: (put: (bytes: Uint8Array) => void) => T): T {
    const fd = this.#attempt('write', path, () => openSync(join(this.#path, path), 'wx', mode));
    try {
      const result = write((bytes) => this.#attempt('write', path, () => writeAll(fd, bytes)));
      this.#attempt('write', path, () => {
        if (size !== undefined) ftruncateSync(fd, size);
        fsyncSync(fd);
      });
      return result;
    } finally {
      closeSync(fd);
    }
  }

  /** Brings all names to the disk and puts the directory at its place, where nothing may be. */
  publish(directories: readonly string[], atLast: () => void): void {
    for (const path of [...directories, '.'])
      this.#attempt('flush', path, () => flushDirectory(join(this.#path, path)));
    this.#attempt('flush', '..', () => flushDirectory(dirname(this.#place)));
    atLast();
    this.#take();
    removeQuietly(this.#owner);
  }

  /** Removes what was written. Nothing after {@link publish}. */
  abandon(): void {
    rmSync(this.#path, { recursive: true, force: true });
    removeQuietly(this.#owner);
  }

  /** A rename replaces an empty directory, and nothing else: so it takes the place of one that was made just now. */
  #take(): void {
    try {
      mkdirSync(this.#place, DIRECTORY_MODE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw environmentError(error, 'make', this.#shown);
      throw new EnvironmentError(`${this.#shown} has appeared since this run began; it was left as it is`);
    }
    try {
      renameSync(this.#path, this.#place);
      flushDirectory(dirname(this.#place));
    } catch (error) {
      // Only an empty one goes: once the rename was done it is no longer empty.
      rmdirQuietly(this.#place);
      throw environmentError(error, 'put the finished directory at', this.#shown);
    }
  }

  #attempt<T>(action: string, path: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw environmentError(error, action, `${this.#shown}/${path}`);
    }
  }
}

function rmdirQuietly(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Somebody put something there.
  }
}

function flushDirectory(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Removes what a run that was stopped has left: it must have ended. Throws EnvironmentError. */
export function removeStagedNode(place: string, runId: string): void {
  const { beside, ownerBeside } = hiddenPaths(place, runId);
  try {
    rmSync(beside, { recursive: true, force: true });
    rmSync(ownerBeside, { force: true });
  } catch (error) {
    throw environmentError(error, 'remove what was written for', place);
  }
}
