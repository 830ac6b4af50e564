import { lstatSync, readdirSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { environmentError } from '@ekv/snapshot';
import { type HiddenRun, hiddenRuns, removeOutputLock, withOutputLock } from '@ekv/snapshot/publish';
import { removeDump } from './dump-entries.ts';
import { findHidden, type HiddenPaths, hiddenPaths, isEarlierPath, isOwnerPath } from './hidden-names.ts';
import { removeTree } from './remove-tree.ts';

import { emptyTarget, lockOf } from './tree-placement.ts';

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
  const paths = hiddenPaths(path, runId);
  const { beside, inside, earlier, ownerBeside, ownerInside } = paths;
  const lock = lockOf({ paths, runId });
  try {
    emptyTarget(inside, path);
    // Another run may be about to put its tree there.
    if (exists(earlier)) withOutputLock(lock, () => settleEarlier(paths, path));
    removeOutputLock(lock);
    removeTree(inside);
    removeTree(beside);
    // As the last: what is left after another kill still says whose it is.
    removeTree(ownerInside);
    removeTree(ownerBeside);
  } catch (error) {
    throw environmentError(error, 'remove what was written for', target);
  }
}

/** An earlier dump that was moved away goes back, or goes when the new tree has taken its place. */
function settleEarlier({ earlier, beside }: HiddenPaths, target: string): void {
  if (!exists(earlier)) return;
  if (!exists(target)) return renameSync(earlier, target);
  // When the new tree still waits beside, the target is someone else's.
  if (!exists(beside) || isEmptyFolder(earlier)) removeEarlier(earlier);
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
  return hiddenRuns(findLeftovers(target), isOwnerPath).map((run) => (isRest(run) ? { ...run, state: 'gone' } : run));
}

/** An empty folder where an earlier dump was: whoever left it, nothing more is to come of it. */
function isRest({ state, paths }: HiddenRun): boolean {
  return state === 'unknown' && paths.every((path) => isEarlierPath(path) && isEmptyFolder(path));
}

function isEmptyFolder(path: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
