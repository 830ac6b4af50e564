import { closeSync, fstatSync, readSync, type Stats } from 'node:fs';
import { treeReadError } from '../files/tree-read-error.ts';
import { changedWhileRead } from '../files/whole-files.ts';
import type { LargeFile, TreeFile } from './tree-source.ts';

/** A file of a folder that is open. */
export class OpenFile implements TreeFile {
  readonly name: string;
  readonly byteLength: number;
  #fd: number;

  /** @param name path for messages. @param byteLength when it was opened. */
  constructor(fd: number, name: string, byteLength: number) {
    this.#fd = fd;
    this.name = name;
    this.byteLength = byteLength;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    try {
      return readSync(this.#fd, into, at, length, position);
    } catch (error) {
      throw treeReadError(error, 'read', this.name);
    }
  }

  checkUnchanged(left: LargeFile): void {
    const { size, mtimeMs } = fileStat(this.#fd, () => this.name);
    if (size !== left.size || mtimeMs !== left.modifiedMs) throw changedWhileRead(this.name);
  }

  close(): void {
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** @param name gives the path for messages. */
export function fileStat(fd: number, name: () => string): Stats {
  try {
    return fstatSync(fd);
  } catch (error) {
    throw treeReadError(error, 'look at', name());
  }
}
