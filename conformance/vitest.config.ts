import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One more than cores of a small machine: a case waits for the disk too.
    maxConcurrency: 3,
    testTimeout: 600_000,
  },
});
