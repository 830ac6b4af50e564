import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CONDITIONS, someCase, someResults, someRound } from './report.test-data.ts';
import { keepResults, readResults, withCase } from './results.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const name = { shape: 'redis', size: 1000 } as const;

test('results are read as they were kept, also what a system cannot say', () => {
  const path = join(folder, 'kept/results.json');
  const round = someRound(1000);
  const unknown = { ...round, programs: [{ ...round.programs[0]!, cpu: Number.NaN }] };
  const results = someResults(someCase(name, [unknown]));
  keepResults(path, results);
  expect(readResults(path, CONDITIONS)).toEqual(results);
});

test('without a file there are no results yet', () => {
  expect(readResults(join(folder, 'none.json'), CONDITIONS).cases).toEqual([]);
});

test('results of another build or machine are never mixed with new ones', () => {
  const path = join(folder, 'other.json');
  keepResults(path, someResults());
  const machine = { ...CONDITIONS.machine, cores: 64 };
  expect(() => readResults(path, { ...CONDITIONS, build: 'b1', machine })).toThrow(
    /measured with another machine and build: .*--results.*--fresh/,
  );
});

test('a case takes the place of what it had, sizes ascending', () => {
  const twice = someCase(name, [someRound(1000), someRound(1000, 1)]);
  const results = withCase(withCase(someResults(someCase(name)), someCase({ shape: 'redis', size: 20 })), twice);
  expect(results.cases.map(({ size, rounds }) => [size, rounds.length])).toEqual([
    [20, 1],
    [1000, 2],
  ]);
});
