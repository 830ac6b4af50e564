import { defineConfig } from 'vitest/config';

/** Tests with programs that must be installed: not among those of the package, but run by `pnpm test:programs`. */
export default defineConfig({
  test: { include: ['*.programs.ts'], globalSetup: ['installed.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
