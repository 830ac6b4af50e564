import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Warn } from '@ekv/snapshot';

/**
 * Warns when what is to be written has more bytes than its file system has room. It stays a warning: some file systems
 * compress, room may become free meanwhile, and a disk that is full in the end leaves nothing behind.
 *
 * @param path of what is to be written; it need not exist. @param bytes an estimate.
 */
export function warnOfRoom(path: string, bytes: number, warn: Warn): void {
  const free = freeBytes(resolve(path));
  if (free === undefined || bytes <= free) return;
  warn({
    event: 'little_room',
    message: `about ${mebibytes(bytes)} MiB are to be written to ${path}, and its file system has ${mebibytes(free)} MiB free; it will probably not fit`,
    fields: { path, bytes, free },
  });
}

/** Of the file system of the path, or of the lowest folder above that exists; `undefined` when it does not tell. */
function freeBytes(path: string): number | undefined {
  try {
    const { bavail, bsize, blocks } = statfsSync(path);
    return blocks === 0 ? undefined : bavail * bsize;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path;
    return isMissing ? freeBytes(dirname(path)) : undefined;
  }
}

function mebibytes(bytes: number): string {
  return Math.ceil(bytes / 2 ** 20).toLocaleString('en-US');
}
