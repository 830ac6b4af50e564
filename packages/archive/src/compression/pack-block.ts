import { constants } from 'node:zlib';
import type { BatchWork } from '@ekv/snapshot/threads';
import { type HeadTemplate, headTemplate } from '../tar/tar-members.ts';

/** Where things stand in the memory of a block, behind its bytes. All numbers are of 32 bits, LE. */
interface BlockLayout {
  /** Of the tar; what a zstd frame holds. */
  readonly blockBytes: number;
  /** Small files: how many there are, and of how many the digests are known. */
  readonly files: number;
  readonly hashed: number;
  /** How many bytes the block became, at its start, and how many of these were written. */
  readonly packed: number;
  readonly written: number;
  /** Where the records of the files begin, one after the other. */
  readonly records: number;
  readonly slotBytes: number;
}

/** What stands in the record of a small file: these numbers, its path and the 32 bytes of its digest. */
export const FILE = {
  /** Where its content begins; the header stands before it. */
  start: 0,
  size: 4,
  /** Where the path is divided, see `slashOf`. */
  slash: 8,
  pathLength: 12,
  path: 16,
  digestBytes: 32,
} as const;

/** So much, and more, zstd makes more of a block of 4 MiB that it cannot compress. */
const SLACK = 1 << 16;
/** Bytes of a block for each byte of records: a file takes 1 KiB or more as a rule, its record some 150 bytes. */
const BYTES_PER_RECORD_BYTE = 4;

function blockLayout(kind: 'tar' | 'tar.zst'): BlockLayout {
  const blockBytes = kind === 'tar' ? 1 << 20 : 1 << 22;
  const files = blockBytes + SLACK;
  const records = files + 16;
  const slotBytes = records + blockBytes / BYTES_PER_RECORD_BYTE;
  return { blockBytes, files, hashed: files + 4, packed: files + 8, written: files + 12, records, slotBytes };
}

export interface PackBlockOptions {
  readonly layout: BlockLayout;
  readonly file: typeof FILE;
  readonly head: HeadTemplate;
  /** As a zstd frame; else it is written as it is. */
  readonly zstd: { readonly params: Readonly<Record<number, number>> } | undefined;
  /** Where it is written; when there is none it is left to the caller. */
  readonly fd: number | undefined;
}

export interface PackBlockHow {
  readonly kind: 'tar' | 'tar.zst';
  readonly mtime: number;
  readonly fd: number | undefined;
}

export function packBlockOptions({ kind, mtime, fd }: PackBlockHow): PackBlockOptions {
  return {
    layout: blockLayout(kind),
    file: FILE,
    head: headTemplate(mtime),
    zstd: kind === 'tar.zst' ? ZSTD : undefined,
    fd,
  };
}

/**
 * Makes the headers of the small files in a block of a tar, and the zeros after them, takes their digests, compresses the block and writes
 * it. From the first one on that it cannot write, the rest is the caller's to write.
 */
export const packBlock: BatchWork<PackBlockOptions> = (batch, length, context) => {
  const { fs, crypto, kept } = context;
  const { layout, file, head, zstd, fd } = context.options;
  const hashed = batch.readUInt32LE(layout.hashed);
  let record = layout.records;
  const files = batch.readUInt32LE(layout.files);
  for (let ordinal = 0; ordinal < files; ordinal++) {
    const start = batch.readUInt32LE(record + file.start);
    const end = start + batch.readUInt32LE(record + file.size);
    const slash = batch.readInt32LE(record + file.slash);
    const path = record + file.path;
    const pathEnd = path + batch.readUInt32LE(record + file.pathLength);
    const header = start - head.bytes.length;
    batch.set(head.bytes, header);
    let { sum } = head;
    let at = header;
    for (let i = path + slash + 1; i < pathEnd; i++) sum += batch[at++] = batch[i]!;
    at = header + 345;
    for (let i = path; i < path + slash; i++) sum += batch[at++] = batch[i]!;
    // Digits of octal numbers, from the last one on: all are "0" so far.
    at = header + 134;
    for (let size = end - start; size > 0; size >>>= 3) {
      batch[at--]! += size & 7;
      sum += size & 7;
    }
    at = header + 153;
    for (; sum > 0; sum >>>= 3) batch[at--]! += sum & 7;
    batch.fill(0, end, end + ((512 - (end & 511)) & 511));
    if (ordinal >= hashed) batch.write(crypto.hash('sha256', batch.subarray(start, end), 'binary'), pathEnd, 'latin1');
    record = pathEnd + file.digestBytes;
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

/** Level 3, and a checksum in each frame. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 } };
