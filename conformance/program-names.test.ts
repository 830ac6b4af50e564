import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programsAsCalled } from '@ekv/command-line';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ALONE = /\bekv-(?:encode|decode|archive|restore)\b/;

/** Lines of sources that are no comment, with the name of a program that is there alone, too. */
function linesWithNames(): string[] {
  return globSync('packages/*/src/**/*.ts', { cwd: ROOT })
    .filter((path) => !/\.test(-data|-support)?\.ts$/.test(path) && !path.endsWith('programs-as-called.ts'))
    .flatMap((path) => readFileSync(join(ROOT, path), 'utf8').split('\n'))
    .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line) && ALONE.test(line));
}

test('whatever a package says of a program, a command of ekv can say it in its own words', () => {
  const lines = linesWithNames();
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.map((line) => programsAsCalled(line, 'ekv decode')).filter((line) => ALONE.test(line))).toEqual([]);
});
