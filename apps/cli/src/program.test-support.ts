import { fileURLToPath } from 'node:url';
import { runsOf } from '@ekv/test-support/program-run';

/** As it was built: what an operator runs. */
const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));

export const { run } = runsOf(PROGRAM);
