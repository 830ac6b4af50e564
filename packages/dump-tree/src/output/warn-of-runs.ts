import type { Warn } from '@ekv/snapshot';
import type { HiddenRun } from '@ekv/snapshot/publish';
import { fewNames } from './dump-entries.ts';

/** Names that a message lists; the rest is a count. */
const MOST_NAMES = 8;

/** Warns of other runs of one output, and of what those left beside it that were killed: somebody has to remove that. */
export function warnOfRuns(runs: readonly HiddenRun[], warn: Warn): void {
  for (const { owner, paths } of runs.filter(({ state }) => state === 'running').slice(0, MOST_NAMES))
    warn({
      event: 'other_run',
      message: `another run (pid ${owner?.pid}, since ${owner?.since}) is working on this output; it is building ${fewNames(paths, MOST_NAMES)}`,
      fields: { pid: owner?.pid ?? 0 },
    });
  const left = runs.filter(({ state }) => state !== 'running').flatMap(({ paths }) => paths);
  if (left.length === 0) return;
  warn({
    event: 'leftovers',
    message: `earlier runs that were killed left ${fewNames(left, MOST_NAMES)}; remove them when no other run is working there`,
    fields: { count: left.length },
  });
}
