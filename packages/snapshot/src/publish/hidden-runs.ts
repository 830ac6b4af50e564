import { type OwnerState, type RunOwner, readOwner } from './run-owner.ts';

/** A run that builds something at this moment, or did when it was killed: what has its run id in the name. */
export interface HiddenRun {
  readonly runId: string;
  /** Sorted. */
  readonly paths: readonly string[];
  /** `undefined` when nothing tells it. */
  readonly owner: RunOwner | undefined;
  readonly state: OwnerState;
}

/** Sorts hidden paths by the run id at their end. @param isOwner tells the path of an owner line. */
export function hiddenRuns(paths: readonly string[], isOwner: (path: string) => boolean): HiddenRun[] {
  const byRun = new Map<string, string[]>();
  for (const path of paths) {
    const runId = path.slice(-RUN_ID_DIGITS);
    byRun.set(runId, [...(byRun.get(runId) ?? []), path]);
  }
  return [...byRun].map(([runId, own]) => {
    const told = own.filter(isOwner).map((path) => readOwner(path, runId))[0];
    return { runId, paths: own.toSorted(), owner: told?.owner, state: told?.state ?? 'unknown' };
  });
}

const RUN_ID_DIGITS = 16;
