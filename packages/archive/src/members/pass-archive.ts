import { DataError } from '@ekv/snapshot';
import type { OpenArchive } from '../compression/open-archive.ts';
import { type MemberSink, TarReader } from '../tar/tar-reader.ts';

/**
 * Reads an archive from its first byte to its last. Throws DataError, with the name of the archive, for damage and for what `sink` throws
 * as one; EnvironmentError.
 *
 * @param onBytes is told how many bytes of the tar have passed.
 */
export function passArchive(archive: OpenArchive, sink: MemberSink, onBytes: (bytes: number) => void): void {
  const reader = new TarReader(sink);
  for (let piece = archive.read(); piece !== undefined; piece = archive.read()) {
    const bytes = piece;
    named(archive, () => reader.push(bytes));
    onBytes(bytes.length);
  }
  const hasMembers = named(archive, () => reader.end());
  if (!hasMembers) throw new DataError(`${archive.name} is no archive: nothing is in it`);
}

function named<T>({ name }: OpenArchive, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${name}: ${error.message}`, { cause: error });
  }
}
