import { fewNames, findRuns, type HiddenRun, hiddenRuns } from '@ekv/dump-tree';
import { isOwnerOf, outputPathsOf, temporariesBeside } from '@ekv/snapshot/publish';
import type { CountedRun } from './archive-run.ts';

/** Names that a message lists; the rest is a count. */
const MOST_NAMES = 8;

/** Warns of runs that pack to the same archive, and of what those left beside it that were killed. */
export function warnOfPackRuns(output: string, run: CountedRun): void {
  const place = outputPathsOf(output);
  warnOf(hiddenRuns(temporariesBeside(place), isOwnerOf(place)), run);
}

/** The same of runs that unpack to the same folder. */
export function warnOfUnpackRuns(output: string, run: CountedRun): void {
  warnOf(findRuns(output), run);
}

function warnOf(runs: readonly HiddenRun[], run: CountedRun): void {
  for (const { owner, paths } of runs.filter(({ state }) => state === 'running').slice(0, MOST_NAMES))
    run.warn({
      event: 'other_run',
      message: `another run (pid ${owner?.pid}, since ${owner?.since}) is working on this output; it is building ${fewNames(paths, MOST_NAMES)}`,
      fields: { pid: owner?.pid ?? 0 },
    });
  const left = runs.filter(({ state }) => state !== 'running').flatMap(({ paths }) => paths);
  if (left.length === 0) return;
  run.warn({
    event: 'leftovers',
    message: `earlier runs that were killed left ${fewNames(left, MOST_NAMES)}; remove them when no other run is working there`,
    fields: { count: left.length },
  });
}
