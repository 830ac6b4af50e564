import type { BatchWork } from '@ekv/snapshot/threads';
import type { LaidOut } from './file-record.ts';

export interface WriteFilesOptions {
  /** Of open. */
  readonly flags: number;
  readonly mode: number;
  /** Whether the umask takes rights of the owner: then the mode is set after the file is made. */
  readonly setsModes: boolean;
}

/** Makes the files of a batch of FilesBehind. One that cannot be made is left undone, as if nobody had tried. */
export const writeFiles: BatchWork<WriteFilesOptions & LaidOut> = (batch, length, { fs, crypto, options }) => {
  const { record, flags, mode, setsModes } = options;
  for (let at = 0; at < length; ) {
    const pathStart = at + record.headLength;
    const start = pathStart + batch.readUInt32LE(at + record.pathLength);
    const end = start + batch.readUInt32LE(at + record.contentLength);
    const path = batch.subarray(pathStart, start);
    let fd = -1;
    try {
      fd = fs.openSync(path, flags, mode);
      if (setsModes) fs.fchmodSync(fd, mode);
      for (let from = start; from < end; ) from += fs.writeSync(fd, batch, from, end - from, null);
      batch[at + record.isDone] = 1;
    } catch {
      // Whoever gave it finds out why.
    }
    try {
      if (fd !== -1) fs.closeSync(fd);
    } catch {
      batch[at + record.isDone] = 0;
    }
    if (batch[at + record.isDone] === 1)
      batch.write(crypto.hash('sha256', batch.subarray(start, end), 'hex'), at + record.sha256, 'latin1');
    else if (fd !== -1) {
      try {
        fs.unlinkSync(path);
      } catch {
        // Then it is found in the way.
      }
    }
    at = end;
  }
};
