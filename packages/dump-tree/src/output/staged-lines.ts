import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { writeAll } from '@ekv/snapshot';
import type { LineSink } from './tree-sink.ts';

const BLOCK = 1 << 16;
/** What a file begins with, and how many times as large the next block is: a tree can have a file for each of very many queues. */
const FIRST_BLOCK = 1 << 12;
const GROWTH = 4;

/** Whoever has the file opened. */
export interface LinesOwner {
  /** Runs a system call, and names the file when it fails. */
  attempt(call: () => void): void;
  wrote(bytes: number): void;
  closed(sha256: string): void;
}

/** A file that is written line by line: collected into blocks, hashed on the way. */
export class StagedLines implements LineSink {
  readonly #fd: number;
  readonly #owner: LinesOwner;
  readonly #hash = createHash('sha256');
  #block: Buffer = Buffer.allocUnsafe(FIRST_BLOCK);
  #used = 0;

  constructor(fd: number, owner: LinesOwner) {
    this.#fd = fd;
    this.#owner = owner;
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BLOCK) this.#flush();
    if (bytes.length > BLOCK) return this.#put(bytes);
    if (this.#used + bytes.length > this.#block.length) this.#grow(this.#used + bytes.length);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  close(): void {
    this.#flush();
    this.#owner.attempt(() => closeSync(this.#fd));
    this.#owner.closed(this.#hash.digest('hex'));
  }

  #grow(needed: number): void {
    let size = this.#block.length;
    while (size < needed) size *= GROWTH;
    const larger = Buffer.allocUnsafeSlow(size);
    this.#block.copy(larger, 0, 0, this.#used);
    this.#block = larger;
  }

  #flush(): void {
    if (this.#used > 0) this.#put(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#owner.attempt(() => writeAll(this.#fd, bytes));
    this.#owner.wrote(bytes.length);
  }
}
