import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { DataError, environmentError } from '../errors.ts';

/** A pipe must neither hold up the run nor the process become its terminal's. */
const OPEN = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** What a small file must be. */
export interface SmallFile {
  /** What it is, for people: "a lock". */
  readonly what: string;
  /** Most bytes that one has. */
  readonly limit: number;
  readonly links: 'followed' | 'refused';
}

/**
 * Reads a file that should be small and lies where others may have put something else under its name: it never waits, and never
 * takes more memory than the limit.
 *
 * @returns `undefined` when there is none. Throws DataError for what is no regular file or larger, EnvironmentError.
 */
export function readSmallFile(path: string, { what, limit, links }: SmallFile): Buffer | undefined {
  const fd = open(path, links);
  if (fd === undefined) return undefined;
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new DataError(`${path} is not a regular file`);
    if (stat.size > limit) throw new DataError(`${path} has ${stat.size} bytes, more than ${what} has`);
    const bytes = Buffer.allocUnsafe(stat.size);
    return bytes.subarray(0, readUpTo(fd, bytes));
  } catch (error) {
    throw environmentError(error, 'read', path);
  } finally {
    closeSync(fd);
  }
}

function open(path: string, links: SmallFile['links']): number | undefined {
  try {
    return openSync(path, links === 'refused' ? OPEN | constants.O_NOFOLLOW : OPEN);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // What cannot be there: below a file such as /dev/fd/3, or under a name that is too long.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    if ((code === 'ELOOP' && links === 'refused') || code === 'ENXIO')
      throw new DataError(`${path} is not a regular file`);
    throw environmentError(error, 'read', path);
  }
}

/** @returns how many bytes there were. */
function readUpTo(fd: number, bytes: Buffer): number {
  let length = 0;
  for (let read = -1; read !== 0 && length < bytes.length; length += read) {
    read = readSync(fd, bytes, length, bytes.length - length, null);
  }
  return length;
}
