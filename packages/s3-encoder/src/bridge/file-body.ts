import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, EnvironmentError, environmentError, type FileSlice, printable, READ_NO_LINK } from '@ekv/snapshot';

/** Bodies up to this size are read at once: to open a file again costs more than to sort its bytes. */
const INLINE_BYTES = 16 << 10;

export interface FileContent {
  /** Milliseconds since 1970; 0 = before. */
  readonly lastModified: number;
  /** The bytes of a small file, else the file as it is now. */
  readonly body: Buffer | FileSlice;
}

/** Looks at a file. Throws EnvironmentError, and DataError for a small one that changes meanwhile. */
export function readFile(path: Buffer): FileContent {
  try {
    const fd = openSync(path, READ_NO_LINK);
    try {
      return contentOf(path, fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw environmentError(error, 'read', printable(path));
  }
}

function contentOf(path: Buffer, fd: number): FileContent {
  const stat = fstatSync(fd);
  if (!stat.isFile()) throw new EnvironmentError(`${printable(path)} is no longer a regular file`);
  const { size, mtimeMs } = stat;
  const lastModified = Math.max(0, Math.floor(mtimeMs));
  if (size <= INLINE_BYTES) return { lastModified, body: readWhole(path, fd, size) };
  return { lastModified, body: { path, offset: 0, length: size, fileBytes: size, modifiedMs: mtimeMs } };
}

/** A byte more is asked for than there should be. */
function readWhole(path: Buffer, fd: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  const read = readSync(fd, bytes, 0, size + 1, 0);
  if (read !== size)
    throw new DataError(`${printable(path)} changed while it was read; stop what writes to the folder, then run again`);
  return bytes.subarray(0, size);
}
