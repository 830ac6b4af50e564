import { defineConfig } from 'vitest/config';

/** Tests against servers that must be installed: not among those of the package, but run by `pnpm test:servers`. */
export default defineConfig({ test: { include: ['*.servers.ts'], testTimeout: 60_000, hookTimeout: 20_000 } });
