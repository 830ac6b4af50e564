import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EmbeddedTable } from '../../embedded-report.ts';
import { barsOf, gridLines, MOST_BARS } from './bars.ts';

function table(rows: EmbeddedTable['rows']): EmbeddedTable {
  const columns = ['Hour', 'redis', 's3'].map((name) => ({ name, holds: 'count' as const }));
  return { title: '', about: '', columns, rows, left: 0, measures: [] };
}

test('a row is a bar, with a value for each column', () => {
  expect(
    barsOf(
      table([
        ['a', 1, 2],
        ['b', null, 3],
      ]),
      [1, 2],
    ),
  ).toEqual([
    { label: 'a', values: [1, 2], sum: 3 },
    { label: 'b', values: [0, 3], sum: 3 },
  ]);
});

test('rows beside each other become one bar where there are too many', () => {
  const rows = Array.from({ length: 1000 }, (_, i) => [`${i}`, 1, i]);
  const bars = barsOf(table(rows), [1, 2]);
  expect(bars.length).toBeLessThanOrEqual(MOST_BARS);
  expect(bars[0]).toEqual({ label: '0 … 10', values: [11, 55], sum: 66 });
  expect(bars.at(-1)!.label).toBe('990 … 999');
  expect(bars.reduce((all, { sum }) => all + sum, 0)).toBe(1000 + 499_500);
});

test.each([
  [0, 'count', []],
  [1, 'count', [1]],
  [60_000, 'count', [20_000, 40_000, 60_000]],
  [49_000, 'count', [10_000, 20_000, 30_000, 40_000]],
  [3 << 20, 'bytes', [1 << 20, 2 << 20, 3 << 20]],
] as const)('lines up to %d of %s are round numbers', (largest, holds, lines) => {
  expect(gridLines(largest, holds)).toEqual(lines);
});

test('there are a few lines, whatever the largest number is', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.constantFrom('bytes' as const, 'count' as const), (largest, holds) => {
      expect(gridLines(largest, holds).length).toBeLessThanOrEqual(7);
    }),
  );
});
