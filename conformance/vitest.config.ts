import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxConcurrency: 2,
    testTimeout: 600_000,
  },
});
