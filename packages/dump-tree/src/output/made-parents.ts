import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from './staging-folder.ts';
import { syncFolder } from './tree-flush.ts';

/**
 * Makes a folder and those above it that are missing; gives the uppermost one that it made. Node's own recursive call
 * says of a read-only file system that a folder is not there.
 *
 * @returns `undefined` when all were there.
 */
export function makeFolders(path: string): string | undefined {
  if (existsSync(path)) return undefined;
  const uppermost = makeFolders(dirname(path));
  try {
    makePrivateFolder(path);
  } catch (error) {
    // Another run may have been faster.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return uppermost ?? path;
    removeParents(path, uppermost);
    throw error;
  }
  return uppermost ?? path;
}

/** The folders above the target, down from the uppermost one that was missing. */
function madeParents(target: string, uppermost: string | undefined): string[] {
  const made: string[] = [];
  if (uppermost === undefined) return made;
  for (let folder = dirname(target); folder.length >= uppermost.length; folder = dirname(folder)) made.push(folder);
  return made;
}

/** Brings the names of the folders that were made to the disk. */
export function syncParents(target: string, uppermost: string | undefined): void {
  for (const folder of madeParents(target, uppermost)) syncFolder(dirname(folder));
}

/** Removes the folders that were made; those that hold something by now stay. */
export function removeParents(target: string, uppermost: string | undefined): void {
  try {
    for (const folder of madeParents(target, uppermost)) rmdirSync(folder);
  } catch {
    // The others are not empty then.
  }
}
