import { type ReadDigests, sha256Of } from '@ekv/dump-tree';
import { type ByteSink, giveBlock } from '@ekv/snapshot';
import { BatchThread } from '@ekv/snapshot/threads';
import { padding } from '../tar/tar-header.ts';
import type { ArchiveKind } from './archive-kind.ts';
import { type BlockLayout, blockLayout, type PackBlockOptions, packBlock, ZSTD } from './pack-block.ts';

/** Takes the bytes of a tar, and at the end nothing more. */
export interface ArchiveSink extends ByteSink {
  readonly holdsBlocks: 'during the call';
  /** Writes a member that is a file, and the zeros after it; its digest is told to {@link ArchiveSinkOptions.digests} at some time. */
  file(path: string, head: Uint8Array, content: Uint8Array): void;
  /** Tells the digests of all files so far, and waits until all blocks that are full are written. Throws what the sink throws. */
  settle(): void;
  /** Hands on what is left. To be called once, after the last byte. */
  end(): void;
  /** To be called in any case: then nothing of it touches the sink any more. May be called twice. */
  close(): void;
}

export interface ArchiveSinkOptions {
  /** Threads besides this one; no more than one is made use of, once a block is full. Default: none. */
  readonly threads?: number | undefined;
  /** Gets the digest of each {@link ArchiveSink.file}, in any order. */
  readonly digests?: ReadDigests | undefined;
}

export type WrittenKind = Exclude<ArchiveKind, 'tar.gz'>;

/** Blocks that can be on their way. */
const SLOTS = 4;
const DIGEST_DIGITS = 64;

const NO_DIGESTS: ReadDigests = { add: () => {} };

/**
 * Compresses the bytes of a tar and hands them to `sink` in blocks, of which each is one zstd frame with a checksum: equal bytes give equal
 * archives, however they are divided. What the sink throws passes through.
 */
export function archiveSink(kind: WrittenKind, sink: ByteSink, options: ArchiveSinkOptions = {}): ArchiveSink {
  return new ArchiveBlocks(kind, sink, options);
}

/**
 * Blocks that are hashed, compressed and written in a thread of their own, while the caller fills the next ones. What the thread cannot
 * write, the sink is given here, in order, and what it throws goes through.
 */
class ArchiveBlocks implements ArchiveSink {
  readonly holdsBlocks = 'during the call';
  readonly #sink: ByteSink;
  readonly #digests: ReadDigests;
  readonly #layout: BlockLayout;
  readonly #start: (how: 'here' | 'start') => BatchThread<PackBlockOptions>;
  #thread: BatchThread<PackBlockOptions>;
  #mayStart: boolean;
  #block: Buffer;
  #used = 0;
  /** Of the files of the block at hand that are to be hashed with it. */
  #paths: string[] = [];
  /** Of those of the blocks that are on their way. */
  readonly #given: string[][] = [];
  /** That were written, here or there. */
  #bytes = 0;

  constructor(kind: WrittenKind, sink: ByteSink, { threads = 0, digests = NO_DIGESTS }: ArchiveSinkOptions) {
    this.#sink = sink;
    this.#digests = digests;
    const layout = blockLayout(kind);
    this.#layout = layout;
    const options = { layout, zstd: kind === 'tar.zst' ? ZSTD : undefined, fd: sink.descriptor?.fd };
    this.#start = (how) =>
      BatchThread[how](packBlock, {
        does: 'writes the archive',
        options,
        slots: how === 'here' ? 2 : SLOTS,
        slotBytes: layout.slotBytes,
      });
    this.#mayStart = threads > 0;
    this.#thread = this.#start('here');
    this.#block = this.#thread.next;
  }

  write(bytes: Uint8Array): void {
    const { blockBytes } = this.#layout;
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, blockBytes - this.#used);
      this.#block.set(at === 0 && taken === bytes.length ? bytes : bytes.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
      if (this.#used === blockBytes) this.#handOver();
    }
  }

  file(path: string, head: Uint8Array, content: Uint8Array): void {
    const block = this.#block;
    const start = this.#used + head.length;
    const zeros = padding(content.length);
    const end = start + content.length + zeros.length;
    if (end > this.#layout.blockBytes || this.#paths.length === this.#layout.mostFiles) {
      // One that reaches into the next block is hashed where it is whole.
      this.#digests.add(path, sha256Of(content));
      for (const bytes of [head, content, zeros]) this.write(bytes);
      return;
    }
    block.set(head, this.#used);
    block.set(content, start);
    block.set(zeros, start + content.length);
    this.#note(path, start, content.length);
    this.#used = end;
    if (end === this.#layout.blockBytes) this.#handOver();
  }

  settle(): void {
    while (this.#thread.outside > 0) this.#takeBack();
    this.#paths.forEach((path, i) => {
      const record = this.#recordAt(i);
      const start = this.#block.readUInt32LE(record);
      this.#digests.add(path, sha256Of(this.#block.subarray(start, start + this.#block.readUInt32LE(record + 4))));
    });
    this.#paths = [];
  }

  end(): void {
    if (this.#used > 0) this.#handOver();
    this.settle();
    this.close();
  }

  close(): void {
    this.#thread.end();
  }

  /** Has bytes hashed with the block. */
  #note(path: string, start: number, length: number): void {
    const record = this.#recordAt(this.#paths.length);
    this.#block.writeUInt32LE(start, record);
    this.#block.writeUInt32LE(length, record + 4);
    this.#paths.push(path);
  }

  #recordAt(file: number): number {
    const { records, recordBytes } = this.#layout;
    return records + file * recordBytes;
  }

  #handOver(): void {
    this.#block.writeUInt32LE(this.#paths.length, this.#layout.files);
    this.#given.push(this.#paths);
    this.#paths = [];
    this.#thread.give(this.#used);
    this.#used = 0;
    while (this.#thread.isFull) this.#takeBack();
    if (this.#mayStart) {
      this.#mayStart = false;
      this.#thread = this.#start('start');
    }
    this.#block = this.#thread.next;
  }

  #takeBack(): void {
    const { packed, written, records, recordBytes } = this.#layout;
    const { batch } = this.#thread.take(() => `its bytes from ${this.#bytes} on`);
    let record = records;
    for (const path of this.#given.shift()!) {
      this.#digests.add(path, batch.toString('latin1', record + 8, record + 8 + DIGEST_DIGITS));
      record += recordBytes;
    }
    const length = batch.readUInt32LE(packed);
    const done = batch.readUInt32LE(written);
    if (done > 0) this.#sink.descriptor?.wrote(done);
    // The block is filled anew after the call.
    const rest = batch.subarray(done, length);
    if (rest.length > 0) giveBlock(this.#sink, this.#sink.holdsBlocks === 'during the call' ? rest : Buffer.from(rest));
    this.#bytes += length;
  }
}
