import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { MANIFEST_NAME } from './checksums.ts';
import type { HiddenPaths } from './hidden-names.ts';
import type { TargetState } from './output-target.ts';
import { removeTree } from './remove-tree.ts';
import { syncFolder } from './tree-flush.ts';

/** In a staging folder inside its target: names of the entries that move, as long as they do. */
const MOVING_NAME = '.moving';

/**
 * Puts a finished tree, whose files are on the disk, at its target. When it throws the target is what it was.
 *
 * @returns a hidden folder that is no longer needed and could not be removed: what is left of an earlier dump, as a rule.
 */
export function placeTree(target: string, state: TargetState, paths: HiddenPaths): string | undefined {
  // Flushed before too: what a folder refuses should show before anything has changed.
  syncFolder(dirname(target));
  if (state === 'filled in place') return fillTarget(paths.inside, target);
  if (state === 'earlier dump') return swapTarget(target, paths);
  return takeTarget(target, paths.beside);
}

/** A rename replaces an empty folder; its mode stays. */
function takeTarget(target: string, staging: string): undefined {
  const existing = lstatSync(target, { throwIfNoEntry: false });
  if (existing?.isDirectory()) chmodSync(staging, existing.mode & 0o7777);
  renameSync(staging, target);
  syncOrUndo(dirname(target), () => {
    renameSync(target, staging);
    if (existing !== undefined) mkdirSync(target, existing.mode & 0o7777);
  });
}

/** Between the two renames there is nothing at the target; after a kill `removeStaging` brings the earlier dump back. */
function swapTarget(target: string, { beside, earlier }: HiddenPaths): string | undefined {
  chmodSync(beside, lstatSync(target).mode & 0o7777);
  renameSync(target, earlier);
  try {
    renameSync(beside, target);
  } catch (error) {
    renameBack(earlier, target);
    throw error;
  }
  syncOrUndo(dirname(target), () => {
    renameSync(target, beside);
    renameBack(earlier, target);
  });
  return removed(earlier, () => removeTree(earlier));
}

function renameBack(earlier: string, target: string): void {
  try {
    renameSync(earlier, target);
  } catch (error) {
    throw new EnvironmentError(`the earlier dump is now ${earlier}; rename it to ${target}`, { cause: error });
  }
}

function syncOrUndo(folder: string, undo: () => void): void {
  try {
    syncFolder(folder);
  } catch (error) {
    undo();
    throw error;
  }
}

/** The tree is at its target: what cannot be removed is no failure. */
function removed(path: string, remove: () => void): string | undefined {
  try {
    remove();
    return undefined;
  } catch {
    return path;
  }
}

/** The target must stay itself: the entries move into it, MANIFEST.json as the last, when the others are there for good. */
function fillTarget(staging: string, target: string): string | undefined {
  const entries = readdirSync(staging).filter((name) => name !== MANIFEST_NAME);
  writeFileSync(join(staging, MOVING_NAME), JSON.stringify([...entries, MANIFEST_NAME]));
  try {
    for (const name of entries) renameSync(join(staging, name), join(target, name));
    syncFolder(target);
    renameSync(join(staging, MANIFEST_NAME), join(target, MANIFEST_NAME));
    syncFolder(target);
  } catch (error) {
    emptyTarget(staging, target);
    throw error;
  }
  return removed(staging, () => {
    rmSync(join(staging, MOVING_NAME));
    rmdirSync(staging);
  });
}

/** Moves back what {@link fillTarget} had moved when it was stopped; what others put there stays. */
export function emptyTarget(staging: string, target: string): void {
  for (const name of movingNames(staging)) {
    const [from, to] = [join(target, name), join(staging, name)];
    if (existsSync(from) && !existsSync(to)) renameSync(from, to);
  }
}

function movingNames(staging: string): string[] {
  try {
    return JSON.parse(readFileSync(join(staging, MOVING_NAME), 'utf8'));
  } catch {
    // Not there, or not whole: then no entry has moved.
    return [];
  }
}
