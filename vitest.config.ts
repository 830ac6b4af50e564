import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

const here = (...path: string[]) => join(import.meta.dirname, ...path);

const folders = [
  ...['packages', 'apps'].flatMap((group) => readdirSync(here(group)).map((name) => join(group, name))),
  'bench',
];

/** A package's tests, without what benchmarks and tests of servers and programs keep beside them. */
function projectOf(folder: string): TestProjectInlineConfiguration {
  const include = folder === 'bench' ? ['*.test.ts'] : ['src/**/*.test.ts'];
  return { extends: true, root: here(folder), test: { name: folder, include } };
}

export default defineConfig({
  test: {
    projects: folders.map(projectOf),
    // A process for each of some 400 files, each with hundreds of modules to load, costs a third of all the time. So files of a package
    // share processes, one after the other; the modules of the package are still loaded anew for each (`fresh-modules.ts`).
    isolate: false,
    setupFiles: [here('scripts', 'fresh-modules.ts')],
    // Packages below are loaded as they were built, by Node itself.
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
    // The default of 5 s is about the machine when that is busy.
    testTimeout: 30_000,
  },
});
