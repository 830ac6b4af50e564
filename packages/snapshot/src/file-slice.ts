import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, EnvironmentError, environmentError } from './errors.ts';
import { type HashedOutput, OUTPUT_BUFFER } from './hashed-output.ts';

/** A part of a file that is read when it is written, so that large bodies never pass through the sort. */
export interface FileSlice {
  readonly path: string;
  /** In bytes. */
  readonly offset: number;
  /** In bytes. */
  readonly length: number;
}

/** `f64 offset, f64 length, path`: exact below 2^53. */
export function encodeSlice(slice: FileSlice): Buffer {
  const path = Buffer.from(slice.path);
  const bytes = Buffer.alloc(16 + path.length);
  bytes.writeDoubleLE(slice.offset, 0);
  bytes.writeDoubleLE(slice.length, 8);
  path.copy(bytes, 16);
  return bytes;
}

export function decodeSlice(bytes: Buffer, start: number, end: number): FileSlice {
  return {
    offset: bytes.readDoubleLE(start),
    length: bytes.readDoubleLE(start + 8),
    path: bytes.toString('utf8', start + 16, end),
  };
}

/** Reads slices; the file of the last one stays open, for the pieces of one object mostly follow each other. */
export class SliceReader {
  #path: string | undefined;
  #fd = -1;
  #buffer: Buffer | undefined;

  copy(slice: FileSlice, output: HashedOutput): void {
    this.#open(slice.path);
    this.#buffer ??= Buffer.allocUnsafeSlow(OUTPUT_BUFFER);
    for (let done = 0; done < slice.length; ) {
      const read = this.#read(slice.path, Math.min(OUTPUT_BUFFER, slice.length - done), slice.offset + done);
      if (read === 0) throw new DataError(`${slice.path} became shorter while it was read`);
      output.copy(this.#buffer, 0, read);
      done += read;
    }
  }

  close(): void {
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = -1;
    this.#path = undefined;
  }

  #open(path: string): void {
    if (path === this.#path) return;
    this.close();
    try {
      this.#fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      throw environmentError(error, 'read', path);
    }
    this.#path = path;
    if (!fstatSync(this.#fd).isFile()) throw new EnvironmentError(`${path} is no longer a regular file`);
  }

  #read(path: string, length: number, position: number): number {
    try {
      return readSync(this.#fd, this.#buffer!, 0, length, position);
    } catch (error) {
      throw environmentError(error, 'read', path);
    }
  }
}
