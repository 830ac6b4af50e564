import { existsSync, renameSync } from 'node:fs';
import {
  holdsPublishLock,
  type OutputPaths,
  outputPathsOf,
  removePublishLock,
  removeTemporaries,
  temporaryPath,
} from '@ekv/snapshot/publish';
import { cleanUpBySteps, removeScratch, type StoppedRun } from '../run/stopped-run.ts';

/** Removes the temporary files of an encode that was stopped from outside. A pair of which one half is published is completed. */
export function removeEncodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  const place = outputPathsOf(output);
  const removeBeside = () => {
    // When this fails, what waits is kept with the lock.
    if (holdsPublishLock(output, runId)) completePair(place, runId);
    removePublishLock(output, runId);
    removeTemporaries(place, runId);
  };
  cleanUpBySteps(output, [removeBeside, () => removeScratch(runId, scratchRoot)]);
}

/** Between the two renames of a publication the snapshot is in place and its sidecar waits. */
function completePair({ output, sidecar }: OutputPaths, runId: string): void {
  if (existsSync(temporaryPath(output, runId)) || !existsSync(output)) return;
  const waiting = temporaryPath(sidecar, runId);
  if (existsSync(waiting)) renameSync(waiting, sidecar);
}
