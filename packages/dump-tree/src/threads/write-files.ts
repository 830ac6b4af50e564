import type { BatchWork } from '@ekv/snapshot/threads';

export interface WriteFilesOptions {
  /** Of open(2). */
  readonly flags: number;
  readonly mode: number;
  /** Whether the umask takes rights of the owner: then the mode is set after the file is made. */
  readonly setsModes: boolean;
}

/**
 * Makes the files of a batch of FilesBehind. One that cannot be made is left undone, as if nobody had tried. It is the text of a thread,
 * see `BatchWork`: so the places of a record (file-record.ts) stand here as numbers.
 */
export const writeFiles: BatchWork<WriteFilesOptions> = (batch, length, { fs, crypto, options }) => {
  for (let at = 0; at < length; ) {
    const start = at + 84 + batch.readUInt32LE(at);
    const end = start + batch.readUInt32LE(at + 4);
    const path = batch.subarray(at + 84, start);
    let fd = -1;
    try {
      fd = fs.openSync(path, options.flags, options.mode);
      if (options.setsModes) fs.fchmodSync(fd, options.mode);
      for (let from = start; from < end; ) from += fs.writeSync(fd, batch, from, end - from, null);
      fs.closeSync(fd);
      batch.write(crypto.hash('sha256', batch.subarray(start, end), 'hex'), at + 12, 'latin1');
      batch[at + 8] = 1;
    } catch {
      if (fd !== -1) {
        try {
          fs.closeSync(fd);
        } catch {
          // It is closed.
        }
        try {
          fs.unlinkSync(path);
        } catch {
          // Then the caller finds it in the way, and says so.
        }
      }
    }
    at = end;
  }
};
