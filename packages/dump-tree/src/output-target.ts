import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { environmentError, UsageError } from '@ekv/snapshot';

/**
 * What stands where a tree is to appear: nothing; an empty folder that a rename replaces; an empty folder that must
 * stay itself (a mount point, the working folder); an earlier dump.
 */
export type TargetState = 'missing' | 'empty' | 'filled in place' | 'earlier dump';

/**
 * Decides how a tree gets to `path`.
 *
 * @param shown the path as the operator gave it.
 * @param force whether an earlier dump may be replaced.
 * Throws UsageError when something stands there that must not be touched.
 */
export function examineTarget(path: string, shown: string, force: boolean): TargetState {
  const stat = look(path, shown);
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) throw new UsageError(`the output ${shown} is a symlink; name the folder itself`);
  if (!stat.isDirectory()) throw new UsageError(`the output ${shown} exists and is not a folder; choose another name`);
  if (isEmpty(path, shown)) return isReplaceable(path, stat) ? 'empty' : 'filled in place';
  if (force && existsSync(join(path, 'MANIFEST.json'))) return 'earlier dump';
  if (force) {
    throw new UsageError(
      `the output ${shown} is not empty and holds no MANIFEST.json; --force replaces an earlier dump only`,
    );
  }
  throw new UsageError(refusal(path, shown));
}

function refusal(path: string, shown: string): string {
  const links = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isSymbolicLink());
  const named = links.length > 0 ? ` (it holds the symlink ${links[0]!.name})` : '';
  return `the output ${shown} exists and is not empty${named}; choose another folder, or replace an earlier dump with --force`;
}

/** Hidden, in the same folder, with 16 random hex digits: two runs never meet. */
export function hiddenName(path: string, kind: 'tmp' | 'old'): string {
  return join(dirname(path), `.${basename(path)}.${kind}-${randomBytes(8).toString('hex')}`);
}

/** Brings the entries of a folder to the disk. */
export function syncFolder(path: string): void {
  try {
    const fd = openSync(path, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw environmentError(error, 'flush the folder', path);
  }
}

function look(path: string, shown: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw environmentError(error, 'look at', shown);
  }
}

function isEmpty(path: string, shown: string): boolean {
  try {
    return readdirSync(path).length === 0;
  } catch (error) {
    throw environmentError(error, 'list the folder', shown);
  }
}

function isReplaceable(path: string, stat: Stats): boolean {
  if (path === process.cwd()) return false;
  const parent = dirname(path);
  try {
    accessSync(parent, constants.W_OK);
  } catch {
    return false;
  }
  return parent !== path && statSync(parent).dev === stat.dev;
}
