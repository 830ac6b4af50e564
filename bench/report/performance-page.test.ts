import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { someCase, someResults, someRound } from '../report.test-data.ts';
import { scratchFolder } from '../scratch-folder.test-data.ts';
import { comparisonTable } from './comparison.ts';
import { textReport, writePage } from './performance-page.ts';
import { asMarkdown, programTable } from './tables.ts';

const folder = scratchFolder();
const results = someResults(
  someCase({ shape: 'redis', size: 1000 }),
  someCase({ shape: 'redis', size: 200_000 }),
  someCase({ shape: 's3', size: 1000 }),
  someCase({ shape: 'large-object', size: 16 }),
);

/** The rows of a table as fields of its columns. */
function rows(table: readonly (readonly string[])[]): Record<string, string>[] {
  return table.slice(1).map((cells) => Object.fromEntries(cells.map((cell, i) => [table[0]![i]!, cell])));
}

test('a program has its row for each size and worker count, beside its floors', () => {
  const [first] = rows(programTable(results.cases.slice(0, 1)));
  expect(first).toEqual({
    records: '1,000',
    work: 'encode',
    workers: '1',
    'wall s': '1.00',
    'cpu s': '1.00',
    'µs/record': '1000.00',
    'peak MiB': '64',
    calls: '5,000',
    'calls/file': '4.00',
    'wall/floor': '2.00',
    'cpu/floor': '2.00',
    'wall/floor of 2': '4.00',
  });
});

test('all rows of a Markdown table have the same number of cells', () => {
  const lines = asMarkdown(programTable(results.cases.slice(0, 2)))
    .trimEnd()
    .split('\n');
  expect(new Set(lines.map((line) => line.split('|').length)).size).toBe(1);
  expect(lines).toHaveLength(2 + 2 * 3 * 2);
});

test('the page shows the machine, all shapes, and each plot that lies beside it', () => {
  const page = readFileSync(writePage(folder, results), 'utf8');
  expect(page).toContain('| processor | Processor <1> & more |');
  for (const shape of ['redis', 's3', 'large-object']) expect(page).toContain(`## ${shape}\n`);
  const shown = [...page.matchAll(/\]\((performance\/[^)]+)\)/g)].map(([, path]) => path!);
  expect(shown.map((path) => existsSync(join(folder, path)))).toEqual(shown.map(() => true));
  expect(readdirSync(join(folder, 'performance')).sort()).toEqual(
    [...new Set(shown)].map((path) => basename(path)).sort(),
  );
});

test('a page of small sizes says that they are small, one of large sizes does not', () => {
  const text = (size: number) => readFileSync(writePage(folder, someResults(someCase({ shape: 's3', size }))), 'utf8');
  expect(text(2000)).toContain('**Sizes here are small (2,000 records)');
  expect(text(200_000)).not.toContain('small (');
});

test('a report without any case has no table, and no plot fails', () => {
  expect(textReport(someResults())).toBe('');
  expect(() => writePage(folder, someResults(someCase({ shape: 's3', size: 5 }, [])))).not.toThrow();
});

test('two builds are compared pair by pair, not median by median', () => {
  const pair = (a: number, b: number) => ({ a: { wall: a, cpu: a }, b: { wall: b, cpu: b } });
  const [wall] = rows(comparisonTable([['encode', [pair(1, 2), pair(10, 10), pair(4, 2), pair(1, 1), pair(2, 6)]]]));
  expect(wall).toMatchObject({
    figure: 'wall s',
    A: '2.000',
    B: '2.000',
    'B/A': '1.000',
    least: '0.500',
    most: '3.000',
  });
});

test('rounds that were measured with other worker counts stand in one table', () => {
  const mixed = someCase({ shape: 's3', size: 1000 }, [someRound(1000, 0, [1]), someRound(1000, 0, [1, 2, 4])]);
  const workers = rows(programTable([mixed])).flatMap((row) => (row.work === 'encode' ? row.workers : []));
  expect(workers).toEqual(['1', '2', '4']);
});
