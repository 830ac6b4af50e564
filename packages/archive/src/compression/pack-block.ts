import { constants } from 'node:zlib';
import type { BatchWork } from '@ekv/snapshot/threads';

/** Where things stand in the memory of a block, behind its bytes. All numbers are u32 LE. */
export interface BlockLayout {
  /** Of the tar; what a zstd frame holds. */
  readonly blockBytes: number;
  /** How many files are to be hashed. */
  readonly files: number;
  /** How many bytes it became, at its start. */
  readonly packed: number;
  /** How many of these were written. */
  readonly written: number;
  /** Of each file: where its bytes begin, how many they are, and room for the 64 digits of its digest. */
  readonly records: number;
  readonly recordBytes: number;
  readonly mostFiles: number;
  readonly slotBytes: number;
}

const RECORD_BYTES = 8 + 64;
/** A file of an archive takes this much, and mostly more. */
const MEMBER_BYTES = 1024;
/** So much, and more, zstd makes more of a block of 4 MiB that it cannot compress. */
const SLACK = 1 << 16;

export function blockLayout(kind: 'tar' | 'tar.zst'): BlockLayout {
  const blockBytes = kind === 'tar' ? 1 << 20 : 1 << 22;
  const files = blockBytes + SLACK;
  const records = files + 12;
  const mostFiles = blockBytes / MEMBER_BYTES;
  const slotBytes = records + mostFiles * RECORD_BYTES;
  return {
    blockBytes,
    files,
    packed: files + 4,
    written: files + 8,
    records,
    recordBytes: RECORD_BYTES,
    mostFiles,
    slotBytes,
  };
}

export interface PackBlockOptions {
  readonly layout: BlockLayout;
  /** As a zstd frame; else it is written as it is. */
  readonly zstd: { readonly params: Readonly<Record<number, number>> } | undefined;
  /** Where it is written; when there is none it is left to the caller. */
  readonly fd: number | undefined;
}

/**
 * Takes the digests of the files in a block of a tar, compresses it and writes it. From the first one on that it cannot write the rest is the
 * caller's to write.
 */
export const packBlock: BatchWork<PackBlockOptions> = (batch, length, context) => {
  const { fs, crypto, kept } = context;
  const { layout, zstd, fd } = context.options;
  let record = layout.records;
  for (let left = batch.readUInt32LE(layout.files); left > 0; left--) {
    const start = batch.readUInt32LE(record);
    const bytes = batch.subarray(start, start + batch.readUInt32LE(record + 4));
    batch.write(crypto.hash('sha256', bytes, 'hex'), record + 8, 'latin1');
    record += layout.recordBytes;
  }
  let packed = length;
  if (zstd !== undefined) {
    const frame = context.zlib.zstdCompressSync(batch.subarray(0, length), zstd);
    batch.set(frame);
    packed = frame.length;
  }
  let written = 0;
  try {
    while (fd !== undefined && kept.isBroken !== true && written < packed)
      written += fs.writeSync(fd, batch, written, packed - written, null);
  } catch {
    // The caller finds out why.
    kept.isBroken = true;
  }
  batch.writeUInt32LE(packed, layout.packed);
  batch.writeUInt32LE(written, layout.written);
};

/** How blocks are compressed. */
export const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };
