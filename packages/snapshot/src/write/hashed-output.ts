import { createHash, type Hash } from 'node:crypto';
import { writeLength } from '../format/length-field.ts';
import { type ByteSink, giveBlock } from './byte-sink.ts';

/** Bytes that are hashed and handed on at once. */
export const OUTPUT_BUFFER = 1 << 18;

/** Collects small pieces into blocks that are still in the cache of a processor when they are hashed and handed on. */
export class HashedOutput {
  buffer: Buffer;
  readonly #sink: ByteSink;
  readonly #blockBytes: number;
  readonly #hash: Hash = createHash('sha256');
  #used = 0;
  #flushed = 0;

  /** @param blockBytes of which the sink is given at once, at most. */
  constructor(sink: ByteSink, blockBytes = OUTPUT_BUFFER) {
    this.#sink = sink;
    this.#blockBytes = blockBytes;
    this.buffer = Buffer.allocUnsafeSlow(blockBytes);
  }

  /** Offset in `buffer` of `length` bytes for the caller to write; `length` is small. */
  reserve(length: number): number {
    if (this.#used + length > this.#blockBytes) this.#flush();
    const at = this.#used;
    this.#used += length;
    return at;
  }

  /** A length field: u64 LE of a number below 2^32. */
  length(length: number): void {
    const at = this.reserve(8);
    writeLength(this.buffer, at, length);
    writeLength(this.buffer, at + 4, 0);
  }

  copy(bytes: Buffer, start: number, end: number): void {
    for (let from = start; from < end; ) {
      if (this.#used === this.#blockBytes) this.#flush();
      const copied = bytes.copy(this.buffer, this.#used, from, end);
      this.#used += copied;
      from += copied;
    }
  }

  /** Bytes that were written so far, all of them. */
  get bytes(): number {
    return this.#flushed + this.#used;
  }

  end(): { bytes: number; sha256: string } {
    this.#flush();
    return { bytes: this.#flushed, sha256: this.#hash.digest('hex') };
  }

  #flush(): void {
    if (this.#used === 0) return;
    const block = this.buffer.subarray(0, this.#used);
    this.#hash.update(block);
    giveBlock(this.#sink, block);
    if (this.#sink.holdsBlocks === undefined) this.buffer = Buffer.allocUnsafeSlow(this.#blockBytes);
    this.#flushed += this.#used;
    this.#used = 0;
  }
}
