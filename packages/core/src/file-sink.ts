import { closeSync, constants, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { type ByteSink, environmentError } from '@ekv/snapshot';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A new file, mode 0600, that nobody else has made. Throws EnvironmentError that names `shown`. */
export class FileSink implements ByteSink {
  readonly #fd: number;
  readonly #shown: string;

  /** @param shown the path that the operator knows. */
  constructor(path: string, shown: string = path) {
    this.#shown = shown;
    this.#fd = this.#attempt('make a temporary file for', () => openSync(path, CREATE, 0o600));
  }

  write(bytes: Uint8Array): void {
    this.#attempt('write', () => {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at, bytes.length - at, null);
    });
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
    try {
      closeSync(this.#fd);
    } catch {
      // The failure before is the one to report.
    }
  }

  #attempt<T>(action: string, call: () => T): T {
    try {
      return call();
    } catch (error) {
      throw environmentError(error, action, this.#shown);
    }
  }
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
    rmSync(path, { force: true });
    throw error;
  }
}
