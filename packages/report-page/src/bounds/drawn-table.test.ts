import { expect, test } from 'vitest';
import type { ReportTable } from '../report-data.ts';
import { drawnTable } from './drawn-table.ts';

const TABLE: ReportTable = {
  title: 'Largest',
  about: 'A row is a key.',
  columns: [
    { name: 'Key', holds: 'address' },
    { name: 'Bytes', holds: 'bytes', of: 'redis' },
  ],
  rows: [
    ['a\nb', 7],
    ['c', null],
  ],
};

test('a table that has room is there whole, its texts as they are shown', () => {
  expect(drawnTable(TABLE, 1000)).toEqual({
    ...TABLE,
    rows: [
      ['a%0Ab', 7],
      ['c', null],
    ],
    left: 0,
    measures: [],
  });
});

test('one that has none loses rows from its end, and counts them', () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => [`key ${i}`, i]);
  const table = drawnTable({ ...TABLE, rows, left: 5 }, 10_000);
  expect(JSON.stringify(table.rows).length).toBeLessThan(10_100);
  expect(table.rows.length).toBeGreaterThan(500);
  expect(table.rows).toEqual(rows.slice(0, table.rows.length));
  expect(table.left).toBe(100_005 - table.rows.length);
});

test.each([Number.NaN, -1, 0.5, 2 ** 53])('a cell of %d is refused', (cell) => {
  expect(() => drawnTable({ ...TABLE, rows: [['a', cell]] }, 1000)).toThrow(RangeError);
});
