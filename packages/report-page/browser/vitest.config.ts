import { defineConfig } from 'vitest/config';

/** Tests with a browser, which must be installed: not among those of the package, but run by `pnpm test:browser`. */
export default defineConfig({
  test: { include: ['*.browser.ts'], globalSetup: ['installed.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
