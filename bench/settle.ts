import { spawnSync } from 'node:child_process';

/**
 * Brings what was written to the file system of `path` to the disk, so that a step measured next does not pay for it.
 * Does nothing where there is no `sync`.
 */
export function settle(path: string): void {
  spawnSync('sync', ['-f', path]);
}
