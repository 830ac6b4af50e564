import { createHash, type Hash } from 'node:crypto';
import { type ByteSink, giveBlock } from './byte-sink.ts';

/** Where the blocks of an output go, one after the other: their SHA-256 is taken, and they are handed on. */
export interface OutputBlocks {
  /** Memory of the next block, for the caller to fill. */
  block(): Buffer;
  /** Takes the first `length` bytes of the block, at least one. */
  take(length: number): void;
  /** After the last block. @returns the digest of all of them in hex. */
  digest(): string;
  /** To be called at the end in any case: then nothing of it touches the sink any more. */
  close(): void;
}

/** Blocks that are hashed and handed on at once. */
export class OwnBlocks implements OutputBlocks {
  readonly #sink: ByteSink;
  readonly #hash: Hash = createHash('sha256');
  readonly #blockBytes: number;
  #block: Buffer;

  constructor(sink: ByteSink, blockBytes: number) {
    this.#sink = sink;
    this.#blockBytes = blockBytes;
    this.#block = Buffer.allocUnsafeSlow(blockBytes);
  }

  block(): Buffer {
    return this.#block;
  }

  take(length: number): void {
    const block = this.#block.subarray(0, length);
    this.#hash.update(block);
    giveBlock(this.#sink, block);
    if (this.#sink.holdsBlocks === undefined) this.#block = Buffer.allocUnsafeSlow(this.#blockBytes);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }

  close(): void {}
}
