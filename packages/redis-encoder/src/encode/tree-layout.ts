import { type Problems, refusedEntry, type StrayFiles, type TreeEntry, type TreeSource } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import {
  DATABASE_FOLDER,
  HYPERLOGLOGS_SIDECAR,
  KEYMAP_PATH,
  REDIS_FOLDER,
  STRINGS_SIDECAR,
  TYPE_FOLDERS,
} from '../files/paths.ts';

const KNOWN = new Set([...TYPE_FOLDERS, STRINGS_SIDECAR, HYPERLOGLOGS_SIDECAR, KEYMAP_PATH]);

/**
 * Looks at the two upper levels of `redis/`: one database, and what does not belong there.
 * docs/format/03-redis.md, section 14.
 *
 * @returns whether there is a database to encode.
 */
export function checkLayout(tree: TreeSource, problems: Problems, strays: StrayFiles): boolean {
  if (problems.attempt(() => tree.isFolder(REDIS_FOLDER)) !== true) return false;
  let found = false;
  for (const { name, kind } of problems.guard(tree.entries(REDIS_FOLDER))) {
    const path = `${REDIS_FOLDER}/${name}`;
    if (!/^db_(0|[1-9][0-9]*)$/.test(name)) strays.add(path, kind);
    else if (kind !== 'folder') problems.add(notAFolder(tree.display(path), kind));
    else if (path !== DATABASE_FOLDER) problems.add(otherDatabase(tree.display(path)));
    else found = true;
  }
  if (found) findStrays(tree, problems, strays);
  return found;
}

/** What must be a folder, and what a file, is seen when it is read. */
function findStrays(tree: TreeSource, problems: Problems, strays: StrayFiles): void {
  for (const { name, kind } of problems.guard(tree.entries(DATABASE_FOLDER))) {
    const path = `${DATABASE_FOLDER}/${name}`;
    if (!KNOWN.has(path)) strays.add(path, kind);
  }
}

function notAFolder(path: string, kind: TreeEntry['kind']): DataError {
  if (kind === 'link' || kind === 'special') return refusedEntry(path, kind);
  return new DataError(`${path} must be a folder, it is a regular file`);
}

function otherDatabase(path: string): DataError {
  return new DataError(
    `${path}: elastickv keeps one Redis database, so only db_0 can be encoded; move the files to db_0, or encode a tree without this folder`,
  );
}
