import { lstatSync, type Stats, statSync } from 'node:fs';
import { environmentError } from '../errors.ts';

/** What stands at a path, links followed; `undefined` for nothing. Throws EnvironmentError. */
export function lookThrough(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw environmentError(error, 'look at', path);
  }
}

/** What stands at a path, links not followed; `undefined` for nothing. Throws EnvironmentError. */
export function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw environmentError(error, 'look at', path);
  }
}

export type KindInWords = 'a regular file' | 'a symlink' | 'a folder' | 'a pipe (FIFO)' | 'a socket' | 'a device';

/** What stands at a path, for messages; `stat` without links followed. */
export function kindInWords(stat: Stats): KindInWords {
  if (stat.isFile()) return 'a regular file';
  if (stat.isSymbolicLink()) return 'a symlink';
  if (stat.isDirectory()) return 'a folder';
  if (stat.isFIFO()) return 'a pipe (FIFO)';
  return stat.isSocket() ? 'a socket' : 'a device';
}

/** Tells what stands at a path from what is put in its place while it is still there; `undefined` for nothing. */
export function identityAt(path: string): string | undefined {
  const stat = look(path);
  return stat && `${stat.dev}:${stat.ino}`;
}
