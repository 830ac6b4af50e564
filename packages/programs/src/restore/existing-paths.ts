import { lstatSync } from 'node:fs';

/** Those of the paths at which something stands. */
export function existingOf(paths: readonly string[]): string[] {
  return paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
}
