import { closeSync, readSync, writeSync } from 'node:fs';
import {
  EnvironmentError,
  environmentError,
  type OpenScratchFile,
  openUnlinked,
  type ScratchFolder,
} from '@ekv/snapshot';

/** Bytes in a scratch file without a name, written one after the other and read at any place. Throws EnvironmentError. */
export class ScratchBytes {
  readonly #file: OpenScratchFile;
  #size = 0;
  #isOpen = true;

  constructor(scratch: ScratchFolder, name: string) {
    this.#file = openUnlinked(scratch, name);
  }

  get fd(): number {
    return this.#file.fd;
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) {
        const written = writeSync(this.#file.fd, bytes, at, bytes.length - at, this.#size);
        at += written;
        this.#size += written;
      }
    } catch (error) {
      throw environmentError(error, 'write the scratch file', this.#file.path);
    }
  }

  /** Fills a part of `into` from its start on. @returns how many bytes; fewer only at the end. */
  read(position: number, into: Uint8Array, length: number): number {
    try {
      for (let filled = 0; ; ) {
        const left = Math.min(length - filled, this.#size - position - filled);
        if (left <= 0) return filled;
        const read = readSync(this.#file.fd, into, filled, left, position + filled);
        if (read === 0) throw new EnvironmentError(`the scratch file ${this.#file.path} was cut by another program`);
        filled += read;
      }
    } catch (error) {
      throw environmentError(error, 'read the scratch file', this.#file.path);
    }
  }

  /** What comes next is written from the start on. */
  rewind(): void {
    this.#size = 0;
  }

  /** May be called twice. */
  close(): void {
    if (this.#isOpen) closeSync(this.#file.fd);
    this.#isOpen = false;
  }
}
