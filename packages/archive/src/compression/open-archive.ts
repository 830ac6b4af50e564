import { closeSync, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { DataError, environmentError, READ_NO_LINK, readStream, UsageError } from '@ekv/snapshot';
import { kindInWords } from '@ekv/snapshot/publish';
import { type ArchiveKind, archiveKindOf } from './archive-kind.ts';
import { unpackStream } from './unpack-stream.ts';

/** An archive that is read once, from its first byte to its last. */
export interface OpenArchive {
  /** Told by its first bytes: what is neither zstd nor gzip counts as tar. */
  readonly kind: ArchiveKind;
  /** For people: its path, or `standard input`. */
  readonly name: string;
  /** Where it lies; standard input lies nowhere. */
  readonly file: ArchiveFile | undefined;
  /**
   * The next piece of the tar, of 1 byte to 256 KiB; `undefined` at the very end, after which nothing of the file is left unread. Valid
   * until the next call. Throws DataError with name and offset for damage, EnvironmentError when reading fails.
   */
  read(): Buffer | undefined;
  /** May be called twice; does not close standard input. */
  close(): void;
}

export interface ArchiveFile {
  readonly fd: number;
  /** Bytes. */
  readonly size: number;
  /** Time of the last change, milliseconds since 1970. */
  readonly modifiedMs: number;
}

/**
 * Opens an archive; no link at the end of the path is followed, and no pipe is waited for.
 *
 * Throws UsageError when there is nothing, DataError for what is no regular file, EnvironmentError when the machine refuses.
 *
 * @param path `-` is standard input.
 */
export function openArchive(path: string): OpenArchive {
  const name = path === '-' ? 'standard input' : path;
  if (path === '-' && isatty(STANDARD_INPUT))
    throw new UsageError(
      '--input -: standard input is a terminal; give it the archive of a dump, or name one (one that is called - is ./-)',
    );
  const fd = path === '-' ? STANDARD_INPUT : open(path);
  let isOpen = fd !== STANDARD_INPUT;
  const closeFile = () => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  try {
    const file = regularFile(fd, name);
    const bytes = unpackStream({ name, read: (into) => readStream(fd, into, name) });
    const close = () => {
      bytes.close();
      closeFile();
    };
    return { kind: archiveKindOf(bytes.packing), name, file, read: () => bytes.read(), close };
  } catch (error) {
    closeFile();
    throw error;
  }
}

const STANDARD_INPUT = 0;

function open(path: string): number {
  try {
    return openSync(path, READ_NO_LINK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no archive ${path}`);
    if (code === 'ELOOP') throw new DataError(`the archive ${path} is a symlink; name the file itself`);
    if (code === 'ENXIO') throw new DataError(`the archive ${path} is a socket; only regular files are read`);
    throw environmentError(error, 'read', path);
  }
}

/** Standard input may be a pipe, and a file there may be open at any place. */
function regularFile(fd: number, name: string): ArchiveFile | undefined {
  const stat = fstatSync(fd);
  if (fd === STANDARD_INPUT && !stat.isDirectory()) return undefined;
  if (stat.isFile()) return { fd, size: stat.size, modifiedMs: stat.mtimeMs };
  throw new DataError(`the archive ${name} is ${kindInWords(stat)}; only regular files are read`);
}
