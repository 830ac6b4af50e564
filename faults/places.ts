import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { releaseMounts } from './tmpfs.ts';

const made: string[] = [];

afterEach(() => {
  releaseMounts();
  // Not rmSync: paths may be longer than a system call takes.
  for (const place of made.splice(0)) execFileSync('rm', ['-rf', place]);
});

/** A folder for one test, with an empty `scratch` in it; gone after the test. */
export function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), 'ekv-faults-'));
  made.push(place);
  mkdirSync(join(place, 'scratch'));
  return place;
}

/** What runs left in the scratch folder of a place. */
export function scratchLeft(place: string): string[] {
  return readdirSync(join(place, 'scratch'));
}

/** Names in a folder that begin with `start`; all when it is left out. Sorted. */
export function namesIn(folder: string, start = ''): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .sort();
}

export function makeFifo(path: string): void {
  execFileSync('mkfifo', [path]);
}
