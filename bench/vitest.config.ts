import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Not in data/, where hundreds of thousands of files may lie.
    include: ['*.test.ts', 'report/*.test.ts'],
  },
});
