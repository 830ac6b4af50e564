import { closeSync, readSync } from 'node:fs';
import { CHECKSUMS_NAME, displayPath, type ListedTree, type TreeFile } from '@ekv/dump-tree';
import { environmentError, type OpenScratchFile, openUnlinked, type ScratchFolder, writeAll } from '@ekv/snapshot';

/** A list of more bytes goes to the disk: some 40,000 files have less. */
const MOST_IN_MEMORY = 4 << 20;

/** CHECKSUMS of an archive, kept until all of its files have passed: in memory, a large one in a scratch file without a name. */
export class KeptList {
  readonly #scratch: ScratchFolder;
  readonly #mostInMemory: number;
  #pieces: Buffer[] = [];
  #file: OpenScratchFile | undefined;
  #byteLength = 0;
  #isWhole = false;

  constructor(scratch: ScratchFolder, mostInMemory = MOST_IN_MEMORY) {
    this.#scratch = scratch;
    this.#mostInMemory = mostInMemory;
  }

  /** Whether all of it has come. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Throws EnvironmentError. */
  add(bytes: Uint8Array): void {
    this.#byteLength += bytes.length;
    if (this.#file === undefined && this.#byteLength <= this.#mostInMemory) this.#pieces.push(Buffer.from(bytes));
    else this.#write(bytes);
  }

  end(): void {
    this.#isWhole = true;
  }

  /** The list as the only file of a tree: what it lists and has not passed is not there. */
  tree(): ListedTree {
    const bytes = Buffer.concat(this.#pieces);
    const file = this.#file;
    const read = (position: number, into: Uint8Array, at: number, length: number) =>
      file === undefined
        ? bytes.copy(into, at, position, position + length)
        : readAt(file, { position, into, at, length });
    const list: TreeFile = {
      name: CHECKSUMS_NAME,
      byteLength: this.#byteLength,
      read,
      checkUnchanged: () => {},
      close: () => {},
    };
    return { display: displayPath, openOptional: (name) => (name === CHECKSUMS_NAME ? list : undefined) };
  }

  /** May be called twice. */
  close(): void {
    this.#pieces = [];
    if (this.#file !== undefined) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #write(bytes: Uint8Array): void {
    const before = this.#pieces;
    this.#pieces = [];
    this.#file ??= openUnlinked(this.#scratch, 'checksums');
    const { fd, path } = this.#file;
    try {
      for (const piece of [...before, bytes]) writeAll(fd, piece);
    } catch (error) {
      throw environmentError(error, 'write the scratch file', path);
    }
  }
}

interface Reading {
  readonly position: number;
  readonly into: Uint8Array;
  readonly at: number;
  readonly length: number;
}

function readAt({ fd, path }: OpenScratchFile, { position, into, at, length }: Reading): number {
  try {
    return readSync(fd, into, at, length, position);
  } catch (error) {
    throw environmentError(error, 'read the scratch file', path);
  }
}
