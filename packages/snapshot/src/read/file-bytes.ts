import { closeSync, readSync } from 'node:fs';
import { ArgumentError, environmentError } from '../errors.ts';
import type { ByteSource } from '../format/byte-source.ts';

/** An open file. */
export interface OpenFile {
  readonly fd: number;
  /** In bytes. */
  readonly size: number;
  /** Who closes it. */
  readonly ownership: 'owned' | 'lent';
}

/** The bytes of an open file. */
export class FileBytes implements ByteSource {
  readonly name: string;
  readonly byteLength: number;
  readonly #ownership: OpenFile['ownership'];
  #fd: number;

  /** @param name for people. */
  constructor({ fd, size, ownership }: OpenFile, name: string) {
    this.name = name;
    this.byteLength = size;
    this.#fd = fd;
    this.#ownership = ownership;
  }

  read(position: number, into: Uint8Array, at: number, length: number): number {
    if (this.#fd === -1)
      throw new ArgumentError(`${this.name} is closed, so nothing can be read of it; close it after the last loop`);
    try {
      return readSync(this.#fd, into, at, length, position);
    } catch (error) {
      throw environmentError(error, 'read', this.name);
    }
  }

  close(): void {
    if (this.#fd !== -1 && this.#ownership === 'owned') closeSync(this.#fd);
    this.#fd = -1;
  }
}
