import { createHash, hash } from 'node:crypto';
import { readSync } from 'node:fs';
import { DataError, EnvironmentError } from '@ekv/snapshot';
import type { FileLimit } from './file-limits.ts';
import { findNoJson, placeOf } from './json-look.ts';
import { TreeReadError, treeReadError } from './tree-read-error.ts';

const FIRST_BUFFER = 1 << 16;
const KEEP_BELOW = 8 << 20;
/** Most bytes that one system call is asked for. */
const LONGEST_READ = 1 << 30;
/** JSON of more than this is read and looked at in blocks. */
const FIRST_LOOK = 1 << 16;
const NEXT_LOOKS = 1 << 22;
/** Most bytes that are given to the hash at once. */
const HASHED_AT_ONCE = 1 << 30;

/** Makes a path of a tree one for people; asked for only when something is wrong. */
export interface Display {
  display(path: string): string;
}

/** Reads open files as a whole, one after the other into one buffer. */
export class WholeFiles {
  readonly #display: Display;
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);

  constructor(display: Display) {
    this.#display = display;
  }

  /**
   * The bytes of a file, valid until the next call. Throws DataError for a file above the limit, of which no byte is read,
   * for one that is no JSON though it should be, and for one that changes meanwhile.
   *
   * @param path for messages. @param size of the file when it was opened.
   * @param start of a file that is a part of the open one, such as a member of an archive.
   */
  read(path: string, fd: number, size: number, limit: FileLimit, start?: number): Buffer {
    if (size > limit.bytes) throw this.#tooLarge(path, size, limit);
    const buffer = this.#bufferFor(path, size);
    let filled = 0;
    // One byte more is asked for than the file had when it was opened: so a file that grows shows.
    const asked = start === undefined ? size + 1 : size;
    try {
      for (let read = -1; read !== 0 && filled < (read === -1 ? asked : size); ) {
        const most = limit.content === 'JSON' ? (filled === 0 ? FIRST_LOOK : NEXT_LOOKS) : LONGEST_READ;
        const position = start === undefined ? null : start + filled;
        read = readSync(fd, buffer, filled, Math.min(asked - filled, most), position);
        if (size > FIRST_LOOK && limit.content === 'JSON') this.#look(path, buffer, filled, filled + read);
        filled += read;
      }
    } catch (error) {
      throw treeReadError(error, 'read', this.#display.display(path));
    }
    if (filled !== size) throw changedWhileRead(this.#display.display(path));
    return buffer.subarray(0, size);
  }

  /** As {@link read} gives a file, from memory that becomes another's. */
  copy(memory: Buffer, start: number, end: number): Buffer {
    const size = end - start;
    const buffer = this.#bufferFor('', size);
    memory.copy(buffer, 0, start, end);
    return buffer.subarray(0, size);
  }

  #look(path: string, bytes: Buffer, start: number, end: number): void {
    const wrong = findNoJson(bytes, start, end);
    if (wrong === undefined) return;
    const { line, column } = placeOf(bytes, 0, wrong.at);
    throw new DataError(`${this.#display.display(path)}:${line}:${column}: ${wrong.rule}`);
  }

  #tooLarge(path: string, size: number, { what, bytes, advice }: FileLimit): DataError {
    const shown = this.#display.display(path);
    return new DataError(`${shown} is too large: ${size} bytes, the limit for ${what} is ${bytes}; ${advice}`);
  }

  /** Room for the file and one byte more. */
  #bufferFor(path: string, size: number): Buffer {
    try {
      if (size >= this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(size + 1);
      else if (this.#buffer.length > KEEP_BELOW && size < FIRST_BUFFER)
        this.#buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
      return this.#buffer;
    } catch (error) {
      throw new EnvironmentError(
        `${this.#display.display(path)} has ${size} bytes, more than fit into memory at once; encode it where there is more`,
        { cause: error },
      );
    }
  }
}

/**
 * As {@link WholeFiles.read}, for a file by itself.
 *
 * @param shown path for people.
 */
export function readWholeFile(shown: string, fd: number, size: number, limit: FileLimit): Buffer {
  return new WholeFiles({ display: (path) => path }).read(shown, fd, size, limit);
}

/** SHA-256 of bytes however many they are, 64 hex digits. */
export function sha256Of(bytes: Uint8Array, atOnce = HASHED_AT_ONCE): string {
  if (bytes.length <= atOnce) return hash('sha256', bytes, 'hex');
  const sum = createHash('sha256');
  for (let at = 0; at < bytes.length; at += atOnce) sum.update(bytes.subarray(at, at + atOnce));
  return sum.digest('hex');
}

export function changedWhileRead(shown: string): TreeReadError {
  return new TreeReadError(`${shown} changed while it was read; stop what writes to the tree, then run again`);
}
