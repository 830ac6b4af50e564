import { constants, zstdCompressSync } from 'node:zlib';
import { type ByteSink, giveBlock } from '@ekv/snapshot';
import type { ArchiveKind } from './archive-kind.ts';

/** Takes the bytes of a tar, and at the end nothing more. */
export interface ArchiveSink extends ByteSink {
  readonly holdsBlocks: 'during the call';
  /** Hands on what is left. To be called once, after the last byte. */
  end(): void;
}

/** What is written at once, and what a zstd frame holds. */
const BLOCK_BYTES = 1 << 22;

const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };

/**
 * Compresses the bytes of a tar and hands them to `sink` in blocks of up to 4 MiB, of which each is one zstd frame with a checksum: equal
 * bytes give equal archives, however they are divided. What the sink throws passes through.
 */
export function archiveSink(kind: Exclude<ArchiveKind, 'tar.gz'>, sink: ByteSink): ArchiveSink {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let used = 0;
  const flush = () => {
    const bytes = block.subarray(0, used);
    used = 0;
    if (kind === 'tar.zst') giveBlock(sink, zstdCompressSync(bytes, ZSTD));
    // The block is filled anew after the call.
    else giveBlock(sink, sink.holdsBlocks === 'during the call' ? bytes : Buffer.from(bytes));
  };
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) {
      const taken = Math.min(bytes.length - at, BLOCK_BYTES - used);
      block.set(at === 0 && taken === bytes.length ? bytes : bytes.subarray(at, at + taken), used);
      used += taken;
      at += taken;
      if (used === BLOCK_BYTES) flush();
    }
  };
  const end = () => {
    if (used > 0) flush();
  };
  return { holdsBlocks: 'during the call', write, end };
}
