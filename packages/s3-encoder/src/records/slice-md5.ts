import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { DataError, environmentError, type FileSlice, printable, READ_NO_LINK } from '@ekv/snapshot';

const BLOCK = 1 << 20;

/** Takes the MD5 of slices of files. The event loop gets its turn after each MiB. */
export class SliceMd5 {
  #block: Buffer | undefined;

  /** Hex digits; a promise only where there is something to wait for. Throws EnvironmentError, and DataError for a file that is too short. */
  of(slice: FileSlice): string | Promise<string> {
    const fd = open(slice);
    if (slice.length > BLOCK) return this.#ofLarge(slice, fd);
    try {
      return hash('md5', this.#read(slice, fd, 0), 'hex');
    } finally {
      closeSync(fd);
    }
  }

  async #ofLarge(slice: FileSlice, fd: number): Promise<string> {
    const md5 = createHash('md5');
    try {
      for (let done = 0; done < slice.length; done += BLOCK) {
        md5.update(this.#read(slice, fd, done));
        await setImmediate();
      }
    } finally {
      closeSync(fd);
    }
    return md5.digest('hex');
  }

  /** The block of the slice that begins at `done`. */
  #read(slice: FileSlice, fd: number, done: number): Buffer {
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK);
    const block = this.#block.subarray(0, Math.min(BLOCK, slice.length - done));
    for (let at = 0; at < block.length; ) {
      const read = readBlock(slice, fd, block.subarray(at), slice.offset + done + at);
      if (read === 0) throw new DataError(`${nameOf(slice)} is shorter than the body that is to be taken from it`);
      at += read;
    }
    return block;
  }
}

function open(slice: FileSlice): number {
  try {
    return openSync(slice.path, READ_NO_LINK);
  } catch (error) {
    throw environmentError(error, 'read', nameOf(slice));
  }
}

function readBlock(slice: FileSlice, fd: number, block: Buffer, position: number): number {
  try {
    return readSync(fd, block, 0, block.length, position);
  } catch (error) {
    throw environmentError(error, 'read', nameOf(slice));
  }
}

function nameOf({ path }: FileSlice): string {
  return printable(Buffer.from(path as string));
}
