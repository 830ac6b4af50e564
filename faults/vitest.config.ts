import { randomInt } from 'node:crypto';
import { defineConfig } from 'vitest/config';

const seed = process.env.EKV_FAULTS_SEED ?? String(randomInt(2 ** 31));
const form = process.env.EKV_FAULTS === 'long' ? 'long' : 'short';
console.log(`faults: ${form} form, EKV_FAULTS_SEED=${seed}`);

const MINUTE = 60_000;

export default defineConfig({
  test: {
    env: { EKV_FAULTS_SEED: seed },
    // Kills are timed, and memory and time are measured: more at once would only blur that.
    maxWorkers: 2,
    testTimeout: form === 'long' ? 60 * MINUTE : 4 * MINUTE,
    hookTimeout: 2 * MINUTE,
  },
});
