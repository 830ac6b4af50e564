import type { BatchWork } from '@ekv/snapshot/threads';

/** What a batch of requests looks like, for the text of the thread: the number of requests, one record for each, then the paths. */
export const LAYOUT = {
  records: 4,
  recordBytes: 24,
  /** Of a record: where the path of a file begins and ends, as the system calls want it; an empty one is no request. */
  pathStart: 0,
  pathEnd: 4,
  /** A file of more bytes is left out. */
  most: 8,
  /** What comes of it: whether the file was read, where its bytes begin, how many there are. */
  isRead: 12,
  start: 16,
  size: 20,
  /** Hex digits of the SHA-256, which stand before the bytes. */
  digest: 64,
} as const;

export interface ReadFilesOptions {
  readonly layout: typeof LAYOUT;
  /** Of open. */
  readonly flags: number;
  readonly takesDigests: boolean;
}

/**
 * Reads small regular files with one name into the memory after their paths. Whatever else stands there, does not fit, or cannot be
 * read is left out: who asked for it comes to it and says what is wrong.
 */
export const readFiles: BatchWork<ReadFilesOptions> = (batch, length, { fs, crypto, options }) => {
  const { layout, flags, takesDigests } = options;
  const end = layout.records + batch.readUInt32LE(0) * layout.recordBytes;
  let free = length;
  for (let record = layout.records; record < end; record += layout.recordBytes) {
    batch.writeUInt32LE(0, record + layout.isRead);
    const pathStart = batch.readUInt32LE(record + layout.pathStart);
    const pathEnd = batch.readUInt32LE(record + layout.pathEnd);
    if (pathStart === pathEnd) continue;
    const start = free + layout.digest;
    let size = -1;
    let fd = -1;
    try {
      fd = fs.openSync(batch.subarray(pathStart, pathEnd), flags);
      const stat = fs.fstatSync(fd);
      const fits = stat.size <= batch.readUInt32LE(record + layout.most) && start + stat.size < batch.length;
      // One byte more is asked for, so a file that grows shows.
      if (
        fits &&
        stat.isFile() &&
        stat.nlink <= 1 &&
        fs.readSync(fd, batch, start, stat.size + 1, null) === stat.size
      ) {
        if (takesDigests)
          batch.write(crypto.hash('sha256', batch.subarray(start, start + stat.size), 'hex'), free, 'latin1');
        size = stat.size;
      }
    } catch {
      size = -1;
    }
    try {
      if (fd !== -1) fs.closeSync(fd);
    } catch {
      size = -1;
    }
    if (size === -1) continue;
    batch.writeUInt32LE(1, record + layout.isRead);
    batch.writeUInt32LE(start, record + layout.start);
    batch.writeUInt32LE(size, record + layout.size);
    free = start + size;
  }
};
