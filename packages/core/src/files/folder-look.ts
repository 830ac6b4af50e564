import { readdirSync } from 'node:fs';
import { environmentError } from '@ekv/snapshot';
import { lookThrough } from '@ekv/snapshot/publish';

/** Names in a folder. Throws EnvironmentError. */
export function listFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    throw environmentError(error, 'list the folder', path);
  }
}

/** Whether there is a folder, or a link to one. Throws EnvironmentError. */
export function isFolder(path: string): boolean {
  return lookThrough(path)?.isDirectory() ?? false;
}

const PAUSE_MS = 10;

/** Waits a moment before a folder that another process works in is looked at again. */
export function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
