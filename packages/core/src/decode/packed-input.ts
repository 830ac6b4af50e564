import { fstatSync, readSync } from 'node:fs';
import { PACKING_BYTES, packingOf, unpackStream } from '@ekv/archive';
import { type ByteStream, environmentError, readStream } from '@ekv/snapshot';

/** A snapshot that is unpacked on the way in. */
export interface PackedInput extends ByteStream {
  /** Lets go of the memory of the unpacking. */
  close(): void;
}

/**
 * The bytes of a snapshot that is zstd or gzip by its first bytes, or that comes from a pipe; `undefined` for a plain file, which is read
 * in place. docs/format/01-snapshot.md, section 1. Reading throws DataError for damage of the packing, EnvironmentError.
 */
export function packedInput(fd: number, path: string): PackedInput | undefined {
  const name = path === '-' ? 'standard input' : path;
  if (!isStream(fd, name) && !isPacked(fd, name)) return undefined;
  const unpacked = unpackStream({ name, read: (into) => readStream(fd, into, name) });
  let piece: Buffer = Buffer.alloc(0);
  const read = (into: Buffer) => {
    if (piece.length === 0) piece = unpacked.read() ?? piece;
    const taken = piece.copy(into);
    piece = piece.subarray(taken);
    return taken;
  };
  return { name, read, close: () => unpacked.close() };
}

function isStream(fd: number, name: string): boolean {
  try {
    const stat = fstatSync(fd);
    return !stat.isFile() && !stat.isDirectory();
  } catch (error) {
    throw environmentError(error, 'read', name);
  }
}

function isPacked(fd: number, name: string): boolean {
  const first = Buffer.alloc(PACKING_BYTES);
  try {
    const read = readSync(fd, first, 0, first.length, 0);
    return packingOf(first.subarray(0, read)) !== 'plain';
  } catch (error) {
    // A folder is refused where it is opened.
    if ((error as NodeJS.ErrnoException).code === 'EISDIR') return false;
    throw environmentError(error, 'read', name);
  }
}
