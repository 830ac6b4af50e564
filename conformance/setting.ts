import { fileURLToPath } from 'node:url';
import type { Programs } from './run-case.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Where the golden cases are. */
export const GOLDEN = fromRoot('fixtures/golden');

/** The built command lines. */
export const PROGRAMS: Programs = {
  encode: [process.execPath, fromRoot('apps/encode-cli/dist/main.js')],
  decode: [process.execPath, fromRoot('apps/decode-cli/dist/main.js')],
  archive: [process.execPath, fromRoot('apps/archive-cli/dist/main.js')],
  restore: [process.execPath, fromRoot('apps/restore-cli/dist/main.js'), 'prepare'],
};
