import { fileURLToPath } from 'node:url';
import { runsOf } from '@ekv/test-support/program-run';

/** As it was built: what an operator runs. */
export const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export const { start, run } = runsOf(PROGRAM);
