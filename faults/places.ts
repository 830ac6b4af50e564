import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { releaseMounts } from './tmpfs.ts';

const ofTest: string[] = [];
const ofFile: string[] = [];

afterEach(() => {
  releaseMounts();
  removeAll(ofTest);
});
afterAll(() => removeAll(ofFile));

/** A folder for one test, with an empty `scratch` in it; gone after the test. */
export function newPlace(): string {
  return makePlace(ofTest);
}

/** As {@link newPlace}, for all tests of a file. */
export function lastingPlace(): string {
  return makePlace(ofFile);
}

function makePlace(places: string[]): string {
  const place = mkdtempSync(join(tmpdir(), 'ekv-faults-'));
  places.push(place);
  mkdirSync(join(place, 'scratch'));
  return place;
}

/** Not with rmSync: paths may be longer than a system call takes. */
function removeAll(places: string[]): void {
  for (const place of places.splice(0)) execFileSync('rm', ['-rf', place]);
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
