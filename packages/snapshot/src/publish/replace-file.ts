import { closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { environmentError } from '../errors.ts';
import type { ByteSink } from '../write/byte-sink.ts';
import { FileSink, writeAndClose } from './file-sink.ts';
import { removeQuietly } from './remove-quietly.ts';
import { temporaryPath } from './temporary-names.ts';

/**
 * Writes a file under a temporary name beside it, brings it to the disk and gives it its name: the old file or the new one
 * is there at any moment. Throws EnvironmentError; then the old file is as it was.
 */
export function replaceFile(path: string, runId: string, write: (file: ByteSink) => void): void {
  const temporary = temporaryPath(path, runId);
  const file = new FileSink(temporary, path);
  try {
    writeAndClose(file, () => write(file));
    rename(temporary, path);
  } catch (error) {
    removeQuietly(temporary);
    throw error;
  }
  syncFolderOf(path);
}

/** Renames; throws EnvironmentError that names the target. */
export function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    throw environmentError(error, 'put the finished file at', to);
  }
}

/** Brings the names in a folder to the disk. Throws EnvironmentError that names the path of the file in it. */
export function syncFolderOf(path: string): void {
  try {
    const fd = openSync(dirname(path), 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw environmentError(error, 'flush the folder of', path);
  }
}
