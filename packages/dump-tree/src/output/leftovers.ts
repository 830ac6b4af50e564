import { lstatSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { environmentError } from '@ekv/snapshot';

import { removeDump } from './dump-entries.ts';
import { findHidden, hiddenPaths, isOwnerPath } from './hidden-names.ts';
import { type HiddenRun, hiddenRuns } from './hidden-runs.ts';
import { removeTree } from './remove-tree.ts';

import { emptyTarget } from './tree-placement.ts';

/**
 * Removes what a StagedTree that was stopped before its end has left. The target is then what it was before the run: an
 * earlier dump that had been moved away is back. A tree that is published already stays. Safe to call at any time after
 * the run, from another thread or process; the run itself must have stopped.
 *
 * @param target as the run was given it. @param runId the one of the run, 16 lower-case hex digits.
 * Throws EnvironmentError when something cannot be removed.
 */
export function removeStaging(target: string, runId: string): void {
  const path = resolve(target);
  const { beside, inside, earlier, ownerBeside, ownerInside } = hiddenPaths(path, runId);
  try {
    emptyTarget(inside, path);
    if (exists(earlier)) {
      if (!exists(path)) renameSync(earlier, path);
      // The new tree has taken its place. When it still waits beside, the target is someone else's.
      else if (!exists(beside)) removeEarlier(earlier);
    }
    removeTree(inside);
    removeTree(beside);
    // As the last: what is left after another kill still tells whose it is.
    removeTree(ownerInside);
    removeTree(ownerBeside);
  } catch (error) {
    throw environmentError(error, 'remove what was written for', target);
  }
}

/** What came to be in an earlier dump while it was moved away is not the run's to remove. */
function removeEarlier(path: string): void {
  try {
    removeDump(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

/**
 * Hidden folders beside the target, or in it, that runs with this target have left when they were killed: `.NAME.tmp-ID` is
 * a tree that was not finished, `.NAME.old-ID` an earlier dump that was to be replaced, `.NAME.run-ID` a file that tells
 * whose they are. What a run builds at this moment is among them. Absolute paths, sorted.
 */
export function findLeftovers(target: string): string[] {
  return findHidden(resolve(target));
}

/** The same, by run, with what is known of its process. */
export function findRuns(target: string): HiddenRun[] {
  return hiddenRuns(findLeftovers(target), isOwnerPath);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
