import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { EnvironmentError, writeAll } from '@ekv/snapshot';
import {
  identityAt,
  newRunId,
  type OutputLock,
  readSmallFile,
  type SmallFile,
  withOutputLock,
} from '@ekv/snapshot/publish';
import { MANIFEST_NAME } from '../checksums/checksums.ts';
import { isDump, isNameOfDump, removeDump } from './dump-entries.ts';
import { type HiddenPaths, hiddenPaths } from './hidden-names.ts';
import { refuseForeign, type TargetState } from './output-target.ts';
import type { StagingFolder } from './staging-folder.ts';
import { syncFolder } from './tree-flush.ts';

/** In a staging folder inside its target: names of the entries that move, as long as they do. */
const MOVING_NAME = '.moving';

/** Where a finished tree goes. */
export interface Placement {
  /** Absolute. */
  readonly target: string;
  /** The target as the operator gave it. */
  readonly shown: string;
  readonly state: TargetState;
  /** What stood at the target when it was examined; see {@link identityAt}. */
  readonly seen: string | undefined;
  /** Whether an earlier dump may be replaced. */
  readonly force: boolean;
  readonly runId: string;
  readonly paths: HiddenPaths;
}

/**
 * Puts a finished tree, whose files are on the disk, at its target. When it throws the target is what it was.
 *
 * Two runs with one target take turns: each finds what the other has made of it, and a run with `force` that comes second
 * replaces the first one's dump.
 */
export function placeTree(staging: StagingFolder, placement: Placement): Placed {
  const { target, state, seen, paths } = placement;
  // Flushed before too: what a folder refuses should show before anything has changed.
  syncFolder(dirname(target));
  if (state === 'filled in place') {
    staging.verify();
    return { leftover: fillTarget(staging, target), replacedOther: false };
  }
  const swapped = withOutputLock(lockOf(placement), () => {
    staging.verify();
    if (!holdsDump(placement)) return takeTarget(staging, placement);
    const identity = identityAt(target);
    swapTarget(staging, placement);
    return identity;
  });
  if (swapped === undefined) return { leftover: undefined, replacedOther: false };
  // No longer under the lock: it may have millions of files.
  const leftover = removed(paths.earlier, () => removeDump(paths.earlier));
  return { leftover, replacedOther: swapped !== seen };
}

/** What was there besides a tree that is at its target now. */
export interface Placed {
  /** A hidden folder that is no longer needed and could not be removed: what is left of an earlier dump, as a rule. */
  readonly leftover: string | undefined;
  /** Whether a dump was replaced that came to the target after it was examined. */
  readonly replacedOther: boolean;
}

/** What keeps two runs from changing one target at the same time. */
export function lockOf({ paths, runId }: Pick<Placement, 'paths' | 'runId'>): OutputLock {
  return { path: paths.lock, prepared: paths.preparedLock, runId };
}

/** By now: another run may have put its dump there since the target was examined, or have moved one away when it was killed. */
function holdsDump({ target, state, force }: Placement): boolean {
  const isFolder = lstatSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (!force || !isFolder || readdirSync(target).length === 0) return false;
  return state === 'earlier dump' || isDump(target);
}

/** A rename replaces an empty folder; its mode stays. */
function takeTarget(staging: StagingFolder, placement: Placement): undefined {
  const { target, shown } = placement;
  const existing = lstatSync(target, { throwIfNoEntry: false });
  if (existing?.isDirectory()) staging.chmod(modeOf(existing));
  renameToTarget(staging.path, target, shown);
  checkOrUndo(staging, placement, () => {
    moveAside(placement);
    if (existing !== undefined) mkdirSync(target, modeOf(existing));
  });
  return undefined;
}

/**
 * Between the two renames there is nothing at the target; after a kill `removeStaging` brings the earlier dump back. What was
 * examined is looked at again once nobody can come to it by the target's name, and what has come to be in it by then stays.
 */
function swapTarget(staging: StagingFolder, placement: Placement): void {
  const { target, shown } = placement;
  const { earlier } = placement.paths;
  refuseForeign(target, shown);
  staging.chmod(modeOf(lstatSync(target)));
  renameSync(target, earlier);
  try {
    refuseForeign(earlier, shown);
    renameToTarget(staging.path, target, shown);
  } catch (error) {
    renameBack(earlier, target);
    throw error;
  }
  checkOrUndo(staging, placement, () => {
    try {
      moveAside(placement);
    } finally {
      renameBack(earlier, target);
    }
  });
}

function renameToTarget(staging: string, target: string, shown: string): void {
  try {
    renameSync(staging, target);
  } catch (error) {
    if (!TAKEN.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new EnvironmentError(
      `cannot put the tree at ${shown}: another run, or somebody, has put something there since this run began; it was left as it is`,
      { cause: error },
    );
  }
}

/** What a rename answers when the target is a folder that holds something, or no folder. */
const TAKEN = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

function modeOf(stat: Stats): number {
  return stat.mode & 0o7777;
}

/** Moves what stands at the target to the temporary name, or to a new one: who swapped the folder may have taken its name again. */
function moveAside({ target, paths }: Placement): void {
  try {
    renameSync(target, paths.beside);
  } catch {
    renameSync(target, hiddenPaths(target, newRunId()).beside);
  }
}

function renameBack(earlier: string, target: string): void {
  try {
    renameSync(earlier, target);
  } catch (error) {
    throw new EnvironmentError(`the earlier dump is now ${earlier}; rename it to ${target}`, { cause: error });
  }
}

/** What was renamed must be the tree that was built, and the new name must be on the disk. */
function checkOrUndo(staging: StagingFolder, { target, shown, paths }: Placement, undo: () => void): void {
  try {
    if (!staging.isAt(target)) {
      throw new EnvironmentError(
        `${paths.beside} was replaced by another user or program at the last moment, so ${shown} was left as it was; choose an output in a folder that only you may write to`,
      );
    }
    syncFolder(dirname(target));
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
function fillTarget(staging: StagingFolder, target: string): string | undefined {
  const { base, path } = staging;
  const entries = readdirSync(base).filter((name) => name !== MANIFEST_NAME);
  // On the disk before the first entry moves: by it a later run brings them back.
  writeFlushed(join(base, MOVING_NAME), JSON.stringify([...entries, MANIFEST_NAME]));
  staging.flush();
  try {
    for (const name of entries) renameSync(join(base, name), join(target, name));
    syncFolder(target);
    renameSync(join(base, MANIFEST_NAME), join(target, MANIFEST_NAME));
    syncFolder(target);
  } catch (error) {
    // By the open folder: somebody else's may have come to stand at its path.
    emptyTarget(base, target);
    throw error;
  }
  return removed(path, () => {
    rmSync(join(base, MOVING_NAME));
    rmdirSync(path);
  });
}

function writeFlushed(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeAll(fd, Buffer.from(text));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Moves back what {@link fillTarget} had moved when it was stopped; what others put there stays. */
export function emptyTarget(staging: string, target: string): void {
  for (const name of movingNames(staging)) {
    const [from, to] = [join(target, name), join(staging, name)];
    if (existsSync(from) && !existsSync(to)) renameSync(from, to);
  }
}

/** At most six names stand at the top of a dump. */
const MOVING_FILE: SmallFile = { what: 'a list of names', limit: 4096, links: 'refused' };

/** Others may have written the list: only what a dump has in its root is moved. */
function movingNames(staging: string): string[] {
  try {
    const names: unknown = JSON.parse(readSmallFile(join(staging, MOVING_NAME), MOVING_FILE)?.toString() ?? '[]');
    return Array.isArray(names) ? names.filter(isNameOfDump) : [];
  } catch {
    // Not there, or not whole: then no entry has moved.
    return [];
  }
}
