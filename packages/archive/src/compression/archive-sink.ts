import { hash } from 'node:crypto';
import { type ByteSink, giveBlock } from '@ekv/snapshot';
import { BatchThread } from '@ekv/snapshot/threads';
import { BLOCK_BYTES, padding, paddingOf } from '../tar/tar-header.ts';
import { isAscii, memberHead, slashOf } from '../tar/tar-members.ts';
import type { ArchiveKind } from './archive-kind.ts';
import { FILE, type PackBlockOptions, packBlock, packBlockOptions } from './pack-block.ts';

/** Takes the bytes of a tar, and at the end nothing more. */
export interface ArchiveSink extends ByteSink {
  readonly holdsBlocks: 'during the call';
  /** Writes a file as a member, and the zeros after it; its digest is told to {@link ArchiveSinkOptions.digests} at some time. */
  file(path: string, content: Uint8Array): void;
  /** Tells the digests of all files so far, and waits until all blocks that are full are written. Throws what the sink throws. */
  settle(): void;
  /** Hands on what is left. To be called once, after the last byte. */
  end(): void;
  /** To be called in any case: then nothing of it touches the sink any more. May be called twice. */
  close(): void;
}

/** Takes the digests of files. */
interface MemberDigests {
  /** @param path byte string. @param sha256 64 hex digits. */
  add(path: string, sha256: string): void;
  /** As {@link add}, of the path `bytes[start, end)` and the 32 bytes of the digest, which stand behind it. */
  addBytes(bytes: Buffer, start: number, end: number): void;
}

export interface ArchiveSinkOptions {
  /** Threads besides this one; no more than one is made use of, once a block is full. Default: none. */
  readonly threads?: number | undefined;
  /** Gets the digest of each {@link ArchiveSink.file}, in any order. */
  readonly digests?: MemberDigests | undefined;
  /** Of the files, seconds since 1970. Default: 0. */
  readonly mtime?: number | undefined;
}

export type WrittenKind = Exclude<ArchiveKind, 'tar.gz'>;

/** Bytes of blocks that can be on their way, about: what the caller fills while the thread starts. */
const AHEAD_BYTES = 12 << 20;
const FEWEST_SLOTS = 4;

const NO_DIGESTS: MemberDigests = { add: () => {}, addBytes: () => {} };

/**
 * Compresses the bytes of a tar and hands them to `sink` in blocks, of which each is one zstd frame with a checksum: equal bytes give equal
 * archives, however they are divided. What the sink throws passes through.
 */
export function archiveSink(kind: WrittenKind, sink: ByteSink, options: ArchiveSinkOptions = {}): ArchiveSink {
  return new ArchiveBlocks(kind, sink, options);
}

/**
 * Blocks that are finished and written in a thread of their own, while the caller fills the next ones. What the thread cannot write, the
 * sink is given here, in order, and what it throws goes through.
 */
class ArchiveBlocks implements ArchiveSink {
  readonly holdsBlocks = 'during the call';
  readonly #sink: ByteSink;
  readonly #digests: MemberDigests;
  readonly #mtime: number;
  readonly #options: PackBlockOptions;
  #thread: BatchThread<PackBlockOptions>;
  #mayStart: boolean;
  #block: Buffer;
  #used = 0;
  /** Of the block at hand: its small files, and the end of their records. */
  #files = 0;
  #recordsEnd: number;
  /** Of how many of them the digests are told. */
  #told = 0;
  /** Bytes that were taken back. */
  #bytes = 0;

  constructor(kind: WrittenKind, sink: ByteSink, { threads = 0, digests = NO_DIGESTS, mtime = 0 }: ArchiveSinkOptions) {
    this.#sink = sink;
    this.#digests = digests;
    this.#mtime = mtime;
    this.#options = packBlockOptions({ kind, mtime, fd: sink.descriptor?.fd });
    this.#mayStart = threads > 0;
    this.#thread = this.#threadOf('here', 2);
    this.#block = this.#thread.next;
    this.#recordsEnd = this.#options.layout.records;
  }

  write(bytes: Uint8Array): void {
    const { blockBytes } = this.#options.layout;
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, blockBytes - this.#used);
      this.#block.set(at === 0 && taken === bytes.length ? bytes : bytes.subarray(at, at + taken), this.#used);
      this.#used += taken;
      at += taken;
      if (this.#used === blockBytes) this.#handOver();
    }
  }

  file(path: string, content: Uint8Array): void {
    const { length } = content;
    const { blockBytes } = this.#options.layout;
    const start = this.#used + BLOCK_BYTES;
    const end = start + length + paddingOf(length);
    if (end > blockBytes || !this.#record(path, start, length)) return this.#fileHere(path, content);
    this.#block.set(content, start);
    this.#used = end;
    if (end === blockBytes) this.#handOver();
  }

  settle(): void {
    while (this.#thread.outside > 0) this.#takeBack();
    const block = this.#block;
    this.#eachRecord(block, this.#told, this.#files, (start, end, path, pathEnd) => {
      block.write(hash('sha256', block.subarray(start, end), 'hex'), pathEnd, 'hex');
      this.#digests.addBytes(block, path, pathEnd);
    });
    this.#told = this.#files;
  }

  end(): void {
    if (this.#used > 0) this.#handOver();
    this.settle();
    this.close();
  }

  close(): void {
    this.#thread.end();
  }

  #threadOf(how: 'here' | 'start', slots: number): BatchThread<PackBlockOptions> {
    const options = this.#options;
    return BatchThread[how](packBlock, {
      does: 'writes the archive',
      options,
      slots,
      slotBytes: options.layout.slotBytes,
    });
  }

  /** A file that does not stand in one block, or whose header is not like those of others. */
  #fileHere(path: string, content: Uint8Array): void {
    this.#digests.add(path, hash('sha256', content, 'hex'));
    this.write(memberHead({ path, kind: 'file', size: content.length, mtime: this.#mtime }));
    this.write(content);
    this.write(padding(content.length));
  }

  /** Leaves the header and the digest of a file to who finishes the block. @returns false when its header has no room for the path. */
  #record(path: string, start: number, size: number): boolean {
    const slash = slashOf(path);
    const block = this.#block;
    const record = this.#recordsEnd;
    const end = record + FILE.path + path.length + FILE.digestBytes;
    if (slash === undefined || end > this.#options.layout.slotBytes) return false;
    if (!isAscii(path)) return false;
    block.write(path, record + FILE.path, 'latin1');
    block.writeUInt32LE(start, record + FILE.start);
    block.writeUInt32LE(size, record + FILE.size);
    block.writeInt32LE(slash, record + FILE.slash);
    block.writeUInt32LE(path.length, record + FILE.pathLength);
    this.#recordsEnd = end;
    this.#files++;
    return true;
  }

  #handOver(): void {
    const { files, hashed, records } = this.#options.layout;
    this.#block.writeUInt32LE(this.#files, files);
    this.#block.writeUInt32LE(this.#told, hashed);
    this.#thread.give(this.#used);
    this.#used = this.#files = this.#told = 0;
    this.#recordsEnd = records;
    while (this.#thread.isFull) this.#takeBack();
    if (this.#mayStart) {
      this.#mayStart = false;
      const slots = Math.max(FEWEST_SLOTS, AHEAD_BYTES / this.#options.layout.blockBytes);
      this.#thread = this.#threadOf('start', slots);
    }
    this.#block = this.#thread.next;
  }

  #takeBack(): void {
    const { files, hashed, packed, written } = this.#options.layout;
    const { batch } = this.#thread.take(() => `its bytes from ${this.#bytes} on`);
    const [first, end] = [batch.readUInt32LE(hashed), batch.readUInt32LE(files)];
    this.#eachRecord(batch, first, end, (_, __, path, pathEnd) => this.#digests.addBytes(batch, path, pathEnd));
    const length = batch.readUInt32LE(packed);
    const done = batch.readUInt32LE(written);
    if (done > 0) this.#sink.descriptor?.wrote(done);
    // The block is filled anew after the call.
    const rest = batch.subarray(done, length);
    if (rest.length > 0) giveBlock(this.#sink, this.#sink.holdsBlocks === 'during the call' ? rest : Buffer.from(rest));
    this.#bytes += length;
  }

  /** From the one on with the ordinal `from`. @param take gets where content and path stand. */
  #eachRecord(
    block: Buffer,
    from: number,
    end: number,
    take: (start: number, end: number, path: number, pathEnd: number) => void,
  ): void {
    let record = this.#options.layout.records;
    for (let ordinal = 0; ordinal < end; ordinal++) {
      const start = block.readUInt32LE(record + FILE.start);
      const path = record + FILE.path;
      const pathEnd = path + block.readUInt32LE(record + FILE.pathLength);
      if (ordinal >= from) take(start, start + block.readUInt32LE(record + FILE.size), path, pathEnd);
      record = pathEnd + FILE.digestBytes;
    }
  }
}
