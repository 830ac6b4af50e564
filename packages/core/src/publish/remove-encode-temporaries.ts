import { outputPathsOf, removeStopped } from '@ekv/snapshot/publish';
import { cleanUpBySteps, removeScratch, type StoppedRun } from '../run/stopped-run.ts';

/** Removes the temporary files of an encode that was stopped from outside. A pair of which one half is published is completed. */
export function removeEncodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  const place = outputPathsOf(output);
  cleanUpBySteps(output, [() => removeStopped(place, runId), () => removeScratch(runId, scratchRoot)]);
}
