import { rmSync } from 'node:fs';
import type { ByteSink } from '@ekv/snapshot';
import { FileSink, writeAndClose } from './file-sink.ts';
import { rename, syncFolderOf } from './publish-pair.ts';
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
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolderOf(path);
}
