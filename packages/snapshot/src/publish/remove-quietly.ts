import { rmSync } from 'node:fs';

/** Removes a file that is no longer needed. One that stays changes nothing about how the work ended, and hides no error of it. */
export function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stays; its name tells whose it is.
  }
}
