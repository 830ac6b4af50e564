import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { writeAll } from '@ekv/snapshot';
import type { LineSink } from './tree-sink.ts';

const BLOCK = 1 << 16;

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
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;

  constructor(fd: number, owner: LinesOwner) {
    this.#fd = fd;
    this.#owner = owner;
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BLOCK) this.#flush();
    if (bytes.length > BLOCK) return this.#put(bytes);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  close(): void {
    this.#flush();
    this.#owner.attempt(() => closeSync(this.#fd));
    this.#owner.closed(this.#hash.digest('hex'));
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
