import { EnvironmentError } from '@ekv/snapshot';
import {
  checkOutput,
  type FileSink,
  type OutputPaths,
  publishPair,
  syncFolderOf,
  temporaryPath,
  withPublishLock,
  writeNewFile,
} from '@ekv/snapshot/publish';
import type { Run } from '../run/run.ts';
import { isPreviousToo } from './previous-pair.ts';

/**
 * Publishes a snapshot that waits under its temporary name, with its sidecar. Both files are complete under such names, and
 * the folder took a flush, before the first of two renames. docs/format/08-cli.md, section 4.1.
 *
 * @param info content of the sidecar.
 * @param file the snapshot, held.
 * @returns whether an older snapshot, or a link, was replaced. Throws UsageError, EnvironmentError.
 */
export function acceptSnapshot(place: OutputPaths, info: Buffer, file: FileSink, run: Run): boolean {
  const { output, sidecar } = place;
  writeNewFile(temporaryPath(sidecar, run.runId), info, sidecar);
  syncFolderOf(output);
  return withPublishLock(output, run.runId, () => {
    checkOutput(place, isPreviousToo);
    run.gate.pass();
    return publishPair(place, run.runId, (path) => {
      if (!file.isAt(path)) throw swapped(path);
    });
  });
}

function swapped(path: string): EnvironmentError {
  return new EnvironmentError(
    `what stands at ${path} is not the snapshot that was written: another user or program replaced it; choose an output in a folder that only you may write to`,
  );
}
