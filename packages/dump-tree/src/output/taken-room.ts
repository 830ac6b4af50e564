import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What {@link sizeOf} looks at, at most: a tree may have millions of files. */
const MOST_ENTRIES = 20_000;

/** How much room files and folders take. */
export interface TakenRoom {
  readonly bytes: number;
  /** False when there was more than was looked at. */
  readonly isAll: boolean;
}

/** The bytes of files, and of all files below folders; links are not followed, and what cannot be read counts nothing. */
export function sizeOf(paths: readonly string[]): TakenRoom {
  const waiting = [...paths];
  let bytes = 0;
  for (let seen = 0; waiting.length > 0; seen++) {
    if (seen === MOST_ENTRIES) return { bytes, isAll: false };
    const path = waiting.pop()!;
    try {
      const stat = lstatSync(path);
      if (stat.isDirectory()) for (const name of readdirSync(path)) waiting.push(join(path, name));
      else bytes += stat.size;
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  return { bytes, isAll: true };
}
