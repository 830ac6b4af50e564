import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');

/** Programs of the README, each with the title of its section. */
const programs = README.split(/^## /m).flatMap((section) =>
  [...section.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => ({ title: section.split('\n')[0]!, code: code! })),
);

/** A folder as a user has it: the packages are installed in it. */
const folder = mkdtempSync(join(tmpdir(), 'ekv-readme-'));
afterAll(() => rmSync(folder, { recursive: true }));
const modules = join(folder, 'node_modules');
mkdirSync(join(modules, '@ekv'), { recursive: true });
symlinkSync(PACKAGE, join(modules, '@ekv/redis-encoder'));
for (const name of ['@ekv/snapshot', '@ekv/dump-tree', 'ioredis'])
  symlinkSync(join(PACKAGE, 'node_modules', name), join(modules, name));
symlinkSync(join(PACKAGE, '../../node_modules/@types'), join(modules, '@types'));
writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
writeFileSync(join(folder, 'lines.txt'), 'one\ntwo\n');
mkdirSync(join(folder, 'dump'));

test('the programs of the README are whole modules that type-check', () => {
  expect(programs.length).toBeGreaterThan(4);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  for (const [i, { code }] of programs.entries()) writeFileSync(join(folder, `program-${i}.ts`), code);
  const { stdout } = spawnSync(join(PACKAGE, '../../node_modules/.bin/tsc'), ['--project', folder], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

// In the order of the README: the later read what the first wrote.
test.each(programs.filter(({ code }) => !code.includes("'ioredis'")))(
  'the program of "$title" runs as it stands',
  ({ code }) => {
    writeFileSync(join(folder, 'run.ts'), code);
    const { status, stderr } = spawnSync(process.execPath, ['run.ts'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  },
);
