import { BatchThread, type BatchWork } from '../threads/index.ts';
import type { ByteSink, OpenDescriptor } from './byte-sink.ts';
import type { OutputBlocks } from './output-blocks.ts';

/** Blocks that can be on their way. */
const SLOTS = 8;
const DIGEST_BYTES = 32;
/** Behind the bytes of a block: how many of them the thread wrote, u32 LE. */
const WRITTEN_BYTES = 4;

interface WriteBlocksOptions {
  readonly fd: number;
  /** Where in a slot it says how many bytes were written. */
  readonly writtenAt: number;
}

/**
 * Takes the SHA-256 of blocks and writes them. From the first on that it cannot write it only hashes: the rest is the caller's to write.
 * A block of length 0 asks for the digest, which is then there.
 */
export const writeBlocks: BatchWork<WriteBlocksOptions> = (batch, length, { fs, crypto, options, kept }) => {
  kept.sha256 ??= crypto.createHash('sha256');
  const sha256 = kept.sha256 as ReturnType<typeof crypto.createHash>;
  if (length === 0) {
    batch.set(sha256.digest());
    return;
  }
  sha256.update(batch.subarray(0, length));
  let written = 0;
  try {
    while (kept.isBroken !== true && written < length)
      written += fs.writeSync(options.fd, batch, written, length - written, null);
  } catch {
    // The caller finds out why.
    kept.isBroken = true;
  }
  batch.writeUInt32LE(written, options.writtenAt);
};

/**
 * Blocks that are hashed and written in a thread of their own, while the caller fills the next ones. What comes of them is the same as with
 * {@link OwnBlocks}: what the thread cannot write, the sink is given here, in order, and what it throws goes through.
 */
export class BlocksBehind implements OutputBlocks {
  readonly #thread: BatchThread<WriteBlocksOptions>;
  readonly #sink: ByteSink;
  readonly #descriptor: OpenDescriptor;
  readonly #blockBytes: number;
  /** That were written, here or there. */
  #bytes = 0;

  /** @param sink that writes to the descriptor and nothing else, and holds no blocks. */
  constructor(sink: ByteSink, descriptor: OpenDescriptor, blockBytes: number) {
    this.#sink = sink;
    this.#descriptor = descriptor;
    this.#blockBytes = blockBytes;
    this.#thread = BatchThread.start(writeBlocks, {
      does: 'writes the snapshot',
      options: { fd: descriptor.fd, writtenAt: blockBytes },
      slots: SLOTS,
      slotBytes: blockBytes + WRITTEN_BYTES,
    });
  }

  block(): Buffer {
    while (this.#thread.isFull) this.#takeBack();
    return this.#thread.next.subarray(0, this.#blockBytes);
  }

  take(length: number): void {
    this.#thread.give(length);
  }

  digest(): string {
    this.block();
    this.#thread.give(0);
    while (this.#thread.outside > 1) this.#takeBack();
    return this.#takenBack().batch.toString('hex', 0, DIGEST_BYTES);
  }

  close(): void {
    this.#thread.end();
  }

  #takeBack(): void {
    const { batch, length } = this.#takenBack();
    const written = batch.readUInt32LE(this.#blockBytes);
    if (written > 0) this.#descriptor.wrote(written);
    if (written < length) this.#sink.write(batch.subarray(written, length));
    this.#bytes += length;
  }

  #takenBack() {
    return this.#thread.take(() => `its bytes from ${this.#bytes} on`);
  }
}
