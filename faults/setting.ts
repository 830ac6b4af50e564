import { fileURLToPath } from 'node:url';

const fromRoot = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Programs whose faults are looked at. */
export const PROGRAMS = {
  encode: fromRoot('apps/encode-cli/dist/main.js'),
  decode: fromRoot('apps/decode-cli/dist/main.js'),
  archive: fromRoot('apps/archive-cli/dist/main.js'),
  /** All programs in one. */
  ekv: fromRoot('apps/cli/dist/main.js'),
  /** A service that writes a snapshot itself. */
  writeRows: fromRoot('faults/write-rows.ts'),
} as const;

/** The file of a real node: all Redis types, old versions, deletions, wrapper and footer. */
export const NODE_FILE = fromRoot('fixtures/golden/live/redis/0000000000000097.fsm');
/** What encode makes of its tree: one version of each key, no wrapper, no footer. */
export const ENCODED_FILE = fromRoot('fixtures/golden/live/redis/out.fsm');

/** As {@link NODE_FILE}, of all four adapters. */
export const ALL_ADAPTERS_NODE_FILE = fromRoot('fixtures/golden/live/all-four/00000000000001b9.fsm');
/** What encode makes of its tree. */
export const ALL_ADAPTERS_ENCODED_FILE = fromRoot('fixtures/golden/live/all-four/out.fsm');

/** Number of rounds: `short` in the ordinary run, `long` with EKV_FAULTS=long. */
export function rounds(short: number, long: number): number {
  return process.env.EKV_FAULTS === 'long' ? long : short;
}

/** What all dice of a run begin with; vitest.config.ts chooses and prints it. */
export const SEED = process.env.EKV_FAULTS_SEED ?? '1';
