/**
 * Everything that must hold: build, lint, format, unused code, types, package checks, all tests.
 * The last line is `N passed, N failed`: each check counts one, each test counts one.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duration, type Finished, ROOT, run, runAll, runInPairs } from './steps.ts';
import { type Counts, countReport } from './vitest-report.ts';

const REPORTS = join(ROOT, 'reports');
let passed = 0;
let failed = 0;

/** Runs one step, prints its line, and the full output when something in it failed. */
async function step(name: string, work: () => Promise<Finished & { counts?: Counts }>): Promise<boolean> {
  const start = performance.now();
  const { code, output, counts } = await work();
  const good = counts?.passed ?? (code === 0 ? 1 : 0);
  const bad = counts?.failed ?? (code === 0 ? 0 : 1);
  passed += good;
  failed += bad;
  const detail = counts === undefined ? '' : `  ${good} passed, ${bad} failed, ${counts.skipped} skipped`;
  console.log(
    `${bad > 0 ? 'FAIL' : 'ok  '}  ${name.padEnd(12)} ${duration(performance.now() - start).padStart(8)}${detail}`,
  );
  if (bad > 0) console.log(`\n${output.trimEnd()}\n`);
  return bad === 0;
}

/** A check counts one. */
function check(name: string, ...commands: string[][]): Promise<boolean> {
  return step(name, () => runAll(commands));
}

/** A check of commands that each keep one core busy, and do not need each other. */
function checkInPairs(name: string, commands: readonly string[][]): Promise<boolean> {
  return step(name, () => runInPairs(commands));
}

/** Every test of a vitest run counts one, by its JSON report. */
function tests(name: string, ...options: string[]): Promise<boolean> {
  const report = join(REPORTS, `${name}.json`);
  return step(name, async () => {
    const finished = await run([
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...options,
    ]);
    return { ...finished, counts: countReport(report, finished.code) };
  });
}

/** Folders of the packages that are published. */
function publishedFolders(): string[] {
  return ['packages', 'apps']
    .flatMap((group) => readdirSync(join(ROOT, group)).map((name) => join(group, name)))
    .filter((folder) => !manifestOf(folder).private);
}

function manifestOf(folder: string): { private?: boolean; exports?: Record<string, unknown> } {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}

/** Packs every published package as it would be published, and checks the packed files. */
async function checkPackages(): Promise<void> {
  const target = mkdtempSync(join(tmpdir(), 'ekv-packed-'));
  try {
    const packed = publishedFolders().map((folder) => ({
      folder,
      archive: join(target, `${folder.replace('/', '-')}.tgz`),
      library: '.' in (manifestOf(folder).exports ?? {}),
    }));
    const ready = await checkInPairs(
      'pack',
      packed.map(({ folder, archive }) => ['pnpm', '--dir', folder, 'pack', '--out', archive]),
    );
    if (!ready) return;
    await checkInPairs(
      'publint',
      packed.map(({ archive }) => ['publint', 'run', archive, '--strict']),
    );
    const libraries = packed.filter(({ library }) => library);
    await checkInPairs(
      'attw',
      libraries.map(({ archive }) => ['attw', archive, '--profile', 'esm-only', '--no-emoji']),
    );
  } finally {
    rmSync(target, { recursive: true });
  }
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS);

const built = await check('build', ['turbo', 'run', 'build', '--continue', '--output-logs=errors-only']);
// One that keeps a core busy, beside two short ones that use all there are.
const unused = check('knip', ['knip']);
await check('lint', ['biome', 'lint', '--error-on-warnings', '--max-diagnostics=100']);
await check('format', ['biome', 'check', '--linter-enabled=false', '--max-diagnostics=100']);
await unused;
await check(
  'types',
  ['turbo', 'run', 'typecheck', '--continue', '--output-logs=errors-only'],
  ['tsc', '--project', 'tsconfig.json'],
);
if (built) {
  await checkPackages();
  await tests('packaging', '--root', 'packaging');
  // One more than two cores have: some tests wait for programs. By itself vitest leaves a core to its main thread, which has little to do.
  await tests('unit', '--maxWorkers=3');
  await Promise.all([
    tests('conformance', '--root', 'conformance', '--maxWorkers=2'),
    tests('examples', '--root', 'examples', '--testTimeout=30000'),
  ]);
  await tests('faults', '--root', 'faults');
} else {
  console.log('The build failed: the packages were not checked and no test was run.');
}

process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
