import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type OwnerState, type RunOwner, readOwner } from '@ekv/snapshot/publish';

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

/** What {@link sizeOf} looks at, at most: a tree may have millions of files. */
const MOST_ENTRIES = 20_000;

/** How much room files and folders take. */
export interface TakenRoom {
  readonly bytes: number;
  /** False when there was more than was looked at. */
  readonly isAll: boolean;
}

/** The bytes of files, and of all files below folders; links are not followed, and what cannot be read counts nothing. */
export function sizeOf(paths: readonly string[]): TakenRoom {
  const waiting = [...paths];
  let bytes = 0;
  for (let seen = 0; waiting.length > 0; seen++) {
    if (seen === MOST_ENTRIES) return { bytes, isAll: false };
    const path = waiting.pop()!;
    try {
      const stat = lstatSync(path);
      if (stat.isDirectory()) for (const name of readdirSync(path)) waiting.push(join(path, name));
      else bytes += stat.size;
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  return { bytes, isAll: true };
}
