import {
  accessSync,
  constants,
  lstatSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environmentError, UsageError } from '@ekv/snapshot';
import { hiddenRuns, readSmallFile, type SmallFile } from '@ekv/snapshot/publish';
import { MANIFEST_NAME } from '../checksums/checksums.ts';
import { fewNames, foreignEntries } from './dump-entries.ts';
import { findHidden, isOwnerPath } from './hidden-names.ts';

/**
 * What stands where a tree is to appear: nothing; an empty folder that a rename replaces; an empty folder that must
 * stay itself (a mount point, the working folder, someone else's); an earlier dump.
 */
export type TargetState = 'missing' | 'empty' | 'filled in place' | 'earlier dump';

/**
 * Decides how a tree gets to `path`.
 *
 * @param path absolute. @param shown the path as the operator gave it.
 * @param force whether an earlier dump may be replaced.
 * Throws UsageError when something stands there that must not be touched.
 */
export function examineTarget(path: string, shown: string, force: boolean): TargetState {
  try {
    const state = examineStill(path, shown, force);
    refuseInsideDump(path, shown);
    return state;
  } catch (error) {
    throw environmentError(error, 'look at', shown);
  }
}

/** Another run replaces a dump within a moment; one that never rests is more than one run. */
const MOST_LOOKS = 100;

/** A run that replaces a dump takes it away and puts its own there: what was seen of both, one after the other, is true of neither. */
function examineStill(path: string, shown: string, force: boolean): TargetState {
  for (let looks = 1; ; looks++) {
    const before = lstatSync(path, { throwIfNoEntry: false });
    try {
      return examine(path, shown, force);
    } catch (error) {
      const now = lstatSync(path, { throwIfNoEntry: false });
      const isReplaced = before?.ino !== now?.ino || before?.dev !== now?.dev;
      if (!isReplaced || looks === MOST_LOOKS) throw error;
    }
  }
}

function examine(path: string, shown: string, force: boolean): TargetState {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) throw new UsageError(`the output ${shown} is a symlink; name the folder itself`);
  if (!stat.isDirectory()) throw new UsageError(`the output ${shown} exists and is not a folder; choose another name`);
  if (readdirSync(path).length === 0) return canBeRenamed(path, stat) && isOwn(stat) ? 'empty' : 'filled in place';
  if (!force) throw new UsageError(refusal(path, shown));
  refuseForeign(path, shown);
  if (canBeRenamed(path, stat)) return 'earlier dump';
  throw new UsageError(
    `the output ${shown} holds an earlier dump and cannot be renamed (a mount point, the working folder, or a read-only parent); empty it, or choose another folder`,
  );
}

/** Refuses to replace a folder that is no dump, or holds more than a dump does. Throws UsageError. */
export function refuseForeign(path: string, shown: string): void {
  if (!isFile(join(path, MANIFEST_NAME))) {
    throw new UsageError(
      `the output ${shown} is not empty and holds no ${MANIFEST_NAME}; the option force replaces an earlier dump only`,
    );
  }
  const foreign = foreignEntries(path);
  if (foreign.length === 0) return;
  throw new UsageError(
    `the output ${shown} holds what no dump has: ${fewNames(foreign)}; the option force would remove it; move it away, or choose another folder`,
  );
}

/** Refuses a target inside a dump, with links and `..` resolved: it would be a stranger there. Throws UsageError. */
export function refuseInsideDump(path: string, shown: string): void {
  for (let folder = existingFolder(dirname(path)); ; folder = dirname(folder)) {
    const manifest = join(folder, MANIFEST_NAME);
    if (isFile(manifest) && !isOfAnotherTool(manifest)) {
      throw new UsageError(
        `the output ${shown} lies inside a dump, that of ${manifest}; a dump holds no other: choose a place outside of it`,
      );
    }
    if (folder === dirname(folder)) return;
  }
}

/** The innermost folder above a path that exists, without links. */
function existingFolder(path: string): string {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      return realpathSync(folder);
    } catch {
      if (folder === dirname(folder)) return folder;
    }
  }
}

/** Whether a file of this name is JSON, yet no manifest of a dump. One that cannot be read may be a damaged manifest. */
function isOfAnotherTool(manifest: string): boolean {
  try {
    const value: unknown = JSON.parse(readSmallFile(manifest, MANIFEST_FILE)?.toString() ?? '');
    return typeof value !== 'object' || value === null || !('format_version' in value);
  } catch {
    return false;
  }
}

const MANIFEST_FILE: SmallFile = { what: 'a manifest', limit: 1 << 20, links: 'followed' };

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function refusal(path: string, shown: string): string {
  const links = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  const held = links[0] === undefined ? hiddenHeld(path) : `the symlink ${links[0].name}`;
  const named = held === undefined ? '' : ` (it holds ${held})`;
  return `the output ${shown} exists and is not empty${named}; choose another folder, or replace an earlier dump with the option force`;
}

/** A hidden folder of another run in a target. */
function hiddenHeld(path: string): string | undefined {
  const own = findHidden(path).filter((hidden) => dirname(hidden) === path);
  const [run] = hiddenRuns(own, isOwnerPath);
  if (run === undefined) return undefined;
  const name = basename(run.paths.find((hidden) => !isOwnerPath(hidden)) ?? run.paths[0]!);
  return run.state === 'running' ? `${name} of another run, pid ${run.owner?.pid}` : `${name} of a killed run`;
}

/** Whether another folder can take this one's place. */
function canBeRenamed(path: string, stat: Stats): boolean {
  const parent = dirname(path);
  if (parent === path || isWorkingFolder(stat) || !isWritable(parent)) return false;
  return statSync(parent).dev === stat.dev && !isMountPoint(path);
}

/** Whether a folder that is made now has the same owner. */
function isOwn(stat: Stats): boolean {
  return stat.uid === process.geteuid?.() && stat.gid === process.getegid?.();
}

function isWorkingFolder(stat: Stats): boolean {
  const working = statSync('.', { throwIfNoEntry: false });
  return working?.dev === stat.dev && working.ino === stat.ino;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Finds what the device number does not show: a folder of the same file system that is mounted here. */
function isMountPoint(path: string): boolean {
  const escaped = realpathSync(path).replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
  return mounts().some((line) => line.split(' ')[4] === escaped);
}

function mounts(): string[] {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  } catch {
    return [];
  }
}
