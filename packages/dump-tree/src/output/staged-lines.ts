import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { writeAll } from '@ekv/snapshot';
import type { LineSink } from './tree-sink.ts';

const BLOCK = 1 << 16;

/** A file that is written line by line: collected into blocks, hashed on the way. */
export class StagedLines implements LineSink {
  readonly #fd: number;
  readonly #onClose: (sha256: string, size: number) => void;
  readonly #attempt: (call: () => void) => void;
  readonly #hash = createHash('sha256');
  readonly #block = Buffer.allocUnsafeSlow(BLOCK);
  #used = 0;
  #size = 0;

  /** @param attempt runs a system call and names the file when it fails. */
  constructor(fd: number, onClose: (sha256: string, size: number) => void, attempt: (call: () => void) => void) {
    this.#fd = fd;
    this.#onClose = onClose;
    this.#attempt = attempt;
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > BLOCK) this.#flush();
    if (bytes.length > BLOCK) return this.#put(bytes);
    this.#block.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  close(): void {
    this.#flush();
    this.#attempt(() => closeSync(this.#fd));
    this.#onClose(this.#hash.digest('hex'), this.#size);
  }

  #flush(): void {
    if (this.#used > 0) this.#put(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }

  #put(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#attempt(() => writeAll(this.#fd, bytes));
    this.#size += bytes.length;
  }
}
