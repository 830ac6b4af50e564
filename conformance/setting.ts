import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Programs } from './run-case.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Where the golden cases are. */
export const GOLDEN = fromRoot('fixtures/golden');

/** The built command lines. */
export const PROGRAMS: Programs = {
  encode: [process.execPath, fromRoot('apps/encode-cli/dist/main.js')],
  decode: [process.execPath, fromRoot('apps/decode-cli/dist/main.js')],
  restore: [process.execPath, fromRoot('apps/restore-cli/dist/main.js'), 'prepare'],
};

/** Cases that cannot pass yet: what each one needs, and why that is not there. */
export interface NotYet {
  /** Reason by need: the name of an adapter or of a program. */
  readonly reasons: Readonly<Record<string, string>>;
  /** Needs by name of the case. */
  readonly cases: Readonly<Record<string, readonly string[]>>;
}

/** The file that lists the cases that cannot pass yet. */
export const NOT_YET_FILE = fromRoot('conformance/not-yet.json');

/** Reads that file. */
export function readNotYet(): NotYet {
  return JSON.parse(readFileSync(NOT_YET_FILE, 'utf8')) as NotYet;
}
