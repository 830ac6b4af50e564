import { findRuns, warnOfRuns } from '@ekv/dump-tree';
import { outputPathsOf, runsBeside } from '@ekv/snapshot/publish';
import type { CountedRun } from './archive-run.ts';

/** Warns of runs that pack to the same archive, and of what those left beside it that were killed. */
export function warnOfPackRuns(output: string, run: CountedRun): void {
  warnOfRuns(runsBeside(outputPathsOf(output)), run.warn);
}

/** The same of runs that unpack to the same folder. */
export function warnOfUnpackRuns(output: string, run: CountedRun): void {
  warnOfRuns(findRuns(output), run.warn);
}
