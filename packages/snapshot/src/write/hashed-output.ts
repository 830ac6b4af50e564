import { writeLength } from '../format/length-field.ts';
import { BlocksBehind } from './blocks-behind.ts';
import type { ByteSink } from './byte-sink.ts';
import { type OutputBlocks, OwnBlocks } from './output-blocks.ts';

/** Bytes that are hashed and handed on at once. */
export const OUTPUT_BUFFER = 1 << 18;

/** A smaller file is written before a thread has started. */
const FEW_BYTES = 4 << 20;

/** Collects small pieces into blocks that are still in the cache of a processor when they are hashed and handed on. */
export class HashedOutput {
  buffer: Buffer;
  readonly #blocks: OutputBlocks;
  readonly #blockBytes: number;
  #used = 0;
  #flushed = 0;

  /** @param blockBytes of which the sink is given at once, at most. */
  constructor(sink: ByteSink, blockBytes = OUTPUT_BUFFER, blocks: OutputBlocks = new OwnBlocks(sink, blockBytes)) {
    this.#blockBytes = blockBytes;
    this.#blocks = blocks;
    this.buffer = blocks.block();
  }

  /** With a thread besides the calling one, where that is of use. @param bytes that will come. */
  static of(sink: ByteSink, workers: number, bytes: number): HashedOutput {
    const { descriptor } = sink;
    if (workers === 1 || descriptor === undefined || bytes < FEW_BYTES) return new HashedOutput(sink);
    return new HashedOutput(sink, OUTPUT_BUFFER, new BlocksBehind(sink, descriptor, OUTPUT_BUFFER));
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
    return { bytes: this.#flushed, sha256: this.#blocks.digest() };
  }

  /** To be called in any case: then nothing of it touches the sink any more. */
  close(): void {
    this.#blocks.close();
  }

  #flush(): void {
    if (this.#used === 0) return;
    this.#blocks.take(this.#used);
    this.#flushed += this.#used;
    this.#used = 0;
    this.buffer = this.#blocks.block();
  }
}
