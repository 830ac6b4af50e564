import { EnvironmentError } from '../errors.ts';
import { type FileSink, writeNewFile } from './file-sink.ts';
import type { OutputPaths } from './output-paths.ts';
import { withPublishLock } from './publish-lock.ts';
import { publishPair } from './publish-pair.ts';
import { syncFolderOf } from './replace-file.ts';
import { temporaryPath } from './temporary-names.ts';

/** A finished snapshot that waits under its temporary name, and what goes beside it. */
export interface FinishedSnapshot {
  readonly place: OutputPaths;
  readonly runId: string;
  /** The snapshot, held. */
  readonly file: FileSink;
  /** Content of the sidecar. */
  readonly info: Buffer;
}

/**
 * Publishes a snapshot with its sidecar. Both files are complete under temporary names, and the folder took a flush, before the
 * first of two renames. docs/format/08-cli.md, section 4.1.
 *
 * @param atLast is called under the lock, before the first rename.
 * @returns whether an older snapshot, or a link, was replaced. Throws EnvironmentError, and what `atLast` throws.
 */
export function acceptSnapshot({ place, runId, file, info }: FinishedSnapshot, atLast: () => void): boolean {
  const { output, sidecar } = place;
  writeNewFile(temporaryPath(sidecar, runId), info, sidecar);
  syncFolderOf(output);
  return withPublishLock(output, runId, () => {
    atLast();
    return publishPair(place, runId, (path) => {
      if (!file.isAt(path)) throw swapped(path);
    });
  });
}

function swapped(path: string): EnvironmentError {
  return new EnvironmentError(
    `what stands at ${path} is not the snapshot that was written: another user or program replaced it; choose an output in a folder that only you may write to`,
  );
}
