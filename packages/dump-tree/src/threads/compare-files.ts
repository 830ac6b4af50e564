import type { BatchWork } from '@ekv/snapshot/threads';
import type { LaidOut } from './file-record.ts';

export interface CompareFilesOptions {
  /** Of open. */
  readonly flags: number;
}

/**
 * Compares the files of a batch of FilesBehind with those that stand at their paths. Done is a regular file with one name that has these bytes
 * and no others; all else is left undone.
 */
export const compareFiles: BatchWork<CompareFilesOptions & LaidOut> = (batch, length, { fs, options, kept }) => {
  const { record, flags } = options;
  kept.memory ??= Buffer.allocUnsafeSlow(batch.length);
  const memory = kept.memory as Buffer;
  for (let at = 0; at < length; ) {
    const pathStart = at + record.headLength;
    const start = pathStart + batch.readUInt32LE(at + record.pathLength);
    const end = start + batch.readUInt32LE(at + record.contentLength);
    let isSame = false;
    let fd = -1;
    try {
      fd = fs.openSync(batch.subarray(pathStart, start), flags);
      const stat = fs.fstatSync(fd);
      const isSized = stat.isFile() && stat.nlink === 1 && stat.size === end - start;
      // One byte more is asked for, so a file that grows shows.
      isSame =
        isSized &&
        fs.readSync(fd, memory, 0, stat.size + 1, null) === stat.size &&
        memory.compare(batch, start, end, 0, stat.size) === 0;
    } catch {
      // Whoever gave it finds out why.
    }
    try {
      if (fd !== -1) fs.closeSync(fd);
    } catch {
      isSame = false;
    }
    batch[at + record.isDone] = isSame ? 1 : 0;
    at = end;
  }
};
