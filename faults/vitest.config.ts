import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';

const MINUTE = 60_000;

export default defineConfig({
  test: {
    env: { EKV_FAULTS_SEED: process.env.EKV_FAULTS_SEED ?? String(randomInt(2 ** 31)) },
    globalSetup: 'print-seed.ts',
    // Kills are timed, and memory and time are measured: more at once would only blur that.
    maxWorkers: 2,
    testTimeout: process.env.EKV_FAULTS === 'long' ? 60 * MINUTE : 4 * MINUTE,
    hookTimeout: 2 * MINUTE,
  },
});
