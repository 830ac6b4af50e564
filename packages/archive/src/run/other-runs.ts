import { findRuns, hiddenRuns, warnOfRuns } from '@ekv/dump-tree';
import { isOwnerOf, outputPathsOf, temporariesBeside } from '@ekv/snapshot/publish';
import type { CountedRun } from './archive-run.ts';

/** Warns of runs that pack to the same archive, and of what those left beside it that were killed. */
export function warnOfPackRuns(output: string, run: CountedRun): void {
  const place = outputPathsOf(output);
  warnOfRuns(hiddenRuns(temporariesBeside(place), isOwnerOf(place)), run.warn);
}

/** The same of runs that unpack to the same folder. */
export function warnOfUnpackRuns(output: string, run: CountedRun): void {
  warnOfRuns(findRuns(output), run.warn);
}
