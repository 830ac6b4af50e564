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
import { MANIFEST_NAME } from './checksums.ts';
import { findHidden } from './hidden-names.ts';

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
    return examine(path, shown, force);
  } catch (error) {
    throw environmentError(error, 'look at', shown);
  }
}

function examine(path: string, shown: string, force: boolean): TargetState {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) throw new UsageError(`the output ${shown} is a symlink; name the folder itself`);
  if (!stat.isDirectory()) throw new UsageError(`the output ${shown} exists and is not a folder; choose another name`);
  if (readdirSync(path).length === 0) return canBeRenamed(path, stat) && isOwn(stat) ? 'empty' : 'filled in place';
  if (!force) throw new UsageError(refusal(path, shown));
  if (!lstatSync(join(path, MANIFEST_NAME), { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(
      `the output ${shown} is not empty and holds no ${MANIFEST_NAME}; --force replaces an earlier dump only`,
    );
  }
  if (canBeRenamed(path, stat)) return 'earlier dump';
  throw new UsageError(
    `the output ${shown} holds an earlier dump and cannot be renamed (a mount point, the working folder, or a read-only parent); empty it, or choose another folder`,
  );
}

function refusal(path: string, shown: string): string {
  const links = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  const leftover = findHidden(path).find((hidden) => dirname(hidden) === path);
  const held =
    links[0] !== undefined ? `the symlink ${links[0].name}` : leftover && `${basename(leftover)} of a killed run`;
  const named = held === undefined ? '' : ` (it holds ${held})`;
  return `the output ${shown} exists and is not empty${named}; choose another folder, or replace an earlier dump with --force`;
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
