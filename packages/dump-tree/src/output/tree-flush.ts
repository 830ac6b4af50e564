import { spawnSync } from 'node:child_process';
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';
import { environmentError } from '@ekv/snapshot';
import { FolderEntries } from '../files/folder-entries.ts';
import { displayPath, nativePath } from '../files/tree-path.ts';
import type { EarlyFlush } from './early-flush.ts';

/** Up to so many files, flushing each costs less than what else may wait to be written on the file system. */
const FEW_FILES = 64;

/**
 * Brings all files and folders of a tree to the disk; they are closed. When it returns, a power loss takes nothing away.
 *
 * A flush of each file costs a disk write each, so many files are flushed by one `syncfs` of their file system. Node does
 * not have that call: the program `sync` of the system makes it, and without the program it is file by file again.
 *
 * @param root absolute path. @param files how many there are, about. @param early what was flushed already.
 * Throws EnvironmentError when the disk refuses.
 */
export function flushTree(root: string, files: number, early?: EarlyFlush): void {
  if (files > FEW_FILES && flushFileSystem(root) && early?.hasSucceeded() !== false) return;
  flushFolders(root);
}

/** Brings the entries of a folder, to which a link may lead, to the disk. */
export function syncFolder(path: string): void {
  try {
    flushOpened(openSync(path, constants.O_RDONLY | constants.O_DIRECTORY));
  } catch (error) {
    throw environmentError(error, 'flush', path);
  }
}

/** False when that could not be done, or when a write failed: then the flush of each file finds the one. */
function flushFileSystem(path: string): boolean {
  // Elsewhere the program returns before the disk has all.
  if (process.platform !== 'linux') return false;
  return spawnSync('sync', ['-f', path], { stdio: 'ignore' }).status === 0;
}

/** One folder is open at a time: a tree may have more levels than a process may have files open. */
function flushFolders(root: string): void {
  const waiting = [''];
  // Those that were listed: when one is the last again, all that is in it was flushed.
  const listed: string[] = [];
  for (let folder = waiting.at(-1); folder !== undefined; folder = waiting.at(-1)) {
    if (listed.at(-1) === folder) {
      flushOne(root, folder);
      waiting.pop();
      listed.pop();
    } else {
      listed.push(folder);
      flushFiles(root, folder, waiting);
    }
  }
}

/** @param folders gets those in the folder. */
function flushFiles(root: string, path: string, folders: string[]): void {
  const folder = new FolderEntries(nativePath(root, path));
  try {
    for (let entry = folder.next(); entry !== undefined; entry = folder.next()) {
      const below = path === '' ? folder.name : `${path}/${folder.name}`;
      if (entry.isDirectory()) folders.push(below);
      else flushOne(root, below);
    }
  } finally {
    folder.close();
  }
}

function flushOne(root: string, path: string): void {
  try {
    flushOpened(openSync(nativePath(root, path), constants.O_RDONLY | constants.O_NOFOLLOW));
  } catch (error) {
    throw environmentError(error, 'flush', path === '' ? root : `${root}/${displayPath(path)}`);
  }
}

function flushOpened(fd: number): void {
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
