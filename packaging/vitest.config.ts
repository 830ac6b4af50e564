import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts'],
    globalSetup: 'pack-all.ts',
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
