import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** A flag of a command line in a text; not `i--`, `[--i]`, `---`. */
const FLAG = /(?<![-\w\][])--[a-z][a-z-]+\b/g;

/** What the sources of a package say in flags, without comments. */
function flagsOf(name: string): string[] {
  return globSync(`packages/${name}/src/**/*.ts`, { cwd: ROOT })
    .filter((path) => !/\.test(-data|-support)?\.ts$/.test(path))
    .flatMap((path) => flagsIn(readFileSync(join(ROOT, path), 'utf8')).map((flag) => `${path}: ${flag}`));
}

function flagsIn(source: string): string[] {
  const lines = source.split('\n').filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && /['"`]/.test(line));
  return lines.flatMap((line) => [...line.matchAll(FLAG)].map(([flag]) => flag));
}

test.each([
  'snapshot',
  'dump-tree',
  'manifest',
  'adapter',
  'redis-encoder',
  'dynamodb-encoder',
  's3-encoder',
  'sqs-encoder',
  'restore',
])('messages of %s name options as its callers have them ("the option force"), no flags', (name) => {
  expect(flagsOf(name)).toEqual([]);
});

test.each([
  ["throw new UsageError('replace it with --force');", ['--force']],
  ['const text = `$' + '{path}; (--shift-times moves)`;', ['--shift-times']],
  ["held['a'][--depth] = 'b'; i--; say('--force');", ['--force']],
  [' * --force replaces it', []],
])('flags are found in %j', (source, flags) => {
  expect(flagsIn(source)).toEqual(flags);
});

test('options are named as "the option x" with a small letter: programs show only that as a flag', () => {
  const sources = globSync('packages/*/src/**/*.ts', { cwd: ROOT }).filter(
    (path) => !/\.test(-data|-support)?\.ts$/.test(path),
  );
  const capital = sources.filter((path) =>
    readFileSync(join(ROOT, path), 'utf8')
      .split('\n')
      .some((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && /\bThe option [a-z]+[A-Z]/.test(line)),
  );
  expect(capital).toEqual([]);
});
