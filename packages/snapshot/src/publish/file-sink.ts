import { closeSync, constants, fchmodSync, fstatSync, fsync, fsyncSync, lstatSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { environmentError } from '../errors.ts';
import { READ_NO_LINK } from '../open-flags.ts';
import type { ByteSink, OpenDescriptor } from '../write/byte-sink.ts';
import { writeAll } from '../write-all.ts';
import { removeQuietly } from './remove-quietly.ts';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

const MODE = 0o600;

/** A new file, mode 0600 whatever the umask, that nobody else has made. Throws EnvironmentError that names `shown`. */
export class FileSink implements ByteSink {
  readonly holdsBlocks = 'during the call';
  readonly #fd: number;
  readonly #shown: string;
  #held: number | undefined;
  readonly #device: number;
  readonly #inode: number;
  /** Where it was made; it may be renamed. */
  readonly path: string;
  /** As the file system has it: 0600 where that has modes. */
  readonly mode: number;
  readonly descriptor: OpenDescriptor;

  /** @param shown the path that the operator knows. */
  constructor(path: string, shown: string = path) {
    this.path = path;
    this.#shown = shown;
    this.#fd = this.#attempt('make a temporary file for', () => openSync(path, CREATE, MODE));
    this.descriptor = { fd: this.#fd, wrote: () => {} };
    const stat = fstatSync(this.#fd);
    [this.#device, this.#inode] = [stat.dev, stat.ino];
    this.mode = (stat.mode & 0o7777) === MODE ? MODE : setMode(this.#fd);
  }

  /**
   * Keeps the file's number from being given to another file once this one is closed, until {@link release}. To be called while
   * the file is open.
   */
  hold(): void {
    this.#held = this.#attempt('look at', () => openSync(this.path, READ_NO_LINK));
  }

  release(): void {
    if (this.#held !== undefined) closeQuietly(this.#held);
    this.#held = undefined;
  }

  /** Whether this file, and not another one, stands at a path; after it was closed, as long as it is held. */
  isAt(path: string): boolean {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.ino === this.#inode && stat.dev === this.#device;
  }

  write(bytes: Uint8Array): void {
    this.#attempt('write', () => writeAll(this.#fd, bytes));
  }

  /** As {@link sync}, while the event loop goes on. */
  async flushed(): Promise<void> {
    try {
      await promisify(fsync)(this.#fd);
    } catch (error) {
      throw environmentError(error, 'flush', this.#shown);
    }
  }

  /** Brings the bytes to the disk. */
  sync(): void {
    this.#attempt('flush', () => fsyncSync(this.#fd));
  }

  close(): void {
    this.#attempt('close', () => closeSync(this.#fd));
  }

  /** Closes after a failure: what closing says then tells nothing new. */
  abandon(): void {
    closeQuietly(this.#fd);
  }

  #attempt<T>(action: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw environmentError(error, action, this.#shown);
    }
  }
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // All that was to be written was, or a failure before is the one to report.
  }
}

/** @returns the mode that the file then has: some file systems have no modes. */
function setMode(fd: number): number {
  try {
    fchmodSync(fd, MODE);
  } catch {
    // It stays as it is, and the caller says so.
  }
  return fstatSync(fd).mode & 0o7777;
}

/** Runs `write`, then brings the file to the disk and closes it. */
export function writeAndClose<T>(file: FileSink, write: () => T): T {
  let result: T;
  try {
    result = write();
    file.sync();
  } catch (error) {
    file.abandon();
    throw error;
  }
  file.close();
  return result;
}

/** Writes a whole new file and brings it to the disk; when that fails no file is left. */
export function writeNewFile(path: string, bytes: Uint8Array, shown: string): void {
  const file = new FileSink(path, shown);
  try {
    writeAndClose(file, () => file.write(bytes));
  } catch (error) {
    removeQuietly(path);
    throw error;
  }
}
