import { existsSync, renameSync } from 'node:fs';
import { type HiddenRun, hiddenRuns } from './hidden-runs.ts';
import { isOwnerOf, type OutputPaths, removeTemporaries, temporariesBeside } from './output-paths.ts';
import { holdsPublishLock, removePublishLock } from './publish-lock.ts';
import { temporaryPath } from './temporary-names.ts';

/** Runs with this output that work at this moment, or have left something beside it when they were killed. */
export function runsBeside(place: OutputPaths): HiddenRun[] {
  return hiddenRuns(temporariesBeside(place), isOwnerOf(place));
}

/**
 * Removes what a run has left beside its output that was stopped from outside; it must have ended. A pair of which one half is published is
 * completed. Throws what the machine says.
 */
export function removeStopped(place: OutputPaths, runId: string): void {
  // When this fails, what waits is kept with the lock.
  if (holdsPublishLock(place.output, runId)) completePair(place, runId);
  removePublishLock(place.output, runId);
  removeTemporaries(place, runId);
}

/** Between the two renames of a publication the snapshot is in place and its sidecar waits. */
function completePair({ output, sidecar }: OutputPaths, runId: string): void {
  if (existsSync(temporaryPath(output, runId)) || !existsSync(output)) return;
  const waiting = temporaryPath(sidecar, runId);
  if (existsSync(waiting)) renameSync(waiting, sidecar);
}
