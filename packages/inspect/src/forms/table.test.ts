import fc from 'fast-check';
import { expect, test } from 'vitest';
import { barOf, type Column, type Drawing, tableLines } from './table.ts';
import { widthOf } from './text-width.ts';

const drawing = (columns: number, bars: Drawing['bars'] = 'blocks'): Drawing => ({ columns, bars, colors: false });
const COLUMNS: Column[] = [
  { title: 'name', cells: ['session:long-name-of-a-prefix:', 'user:'], side: 'left', goes: 0, least: 8 },
  { title: 'keys', cells: ['12', '3,456'], side: 'right', goes: 1 },
  { title: 'old', cells: ['1.0 MiB', '0 B'], side: 'right', goes: 2 },
];

test('names stand left, numbers right, bars take what is left', () => {
  expect(tableLines(COLUMNS, drawing(60), [1, 0.5])).toEqual([
    'name                             keys      old',
    'session:long-name-of-a-prefix:     12  1.0 MiB  ████████████',
    'user:                           3,456      0 B  ██████',
  ]);
});

test('without bars nothing is drawn, and nothing is cut where nothing has to fit', () => {
  expect(tableLines(COLUMNS, drawing(Number.POSITIVE_INFINITY, 'none'), [1, 0.5])[1]).toBe(
    'session:long-name-of-a-prefix:     12  1.0 MiB',
  );
});

test('where nothing is cut a long name moves its own line alone', () => {
  const name = 'n'.repeat(1000);
  const columns: Column[] = [{ ...COLUMNS[0]!, cells: [name, 'user:'] }, COLUMNS[1]!];
  const [title, long, short] = tableLines(columns, drawing(Number.POSITIVE_INFINITY, 'none'));
  expect(long).toBe(`${name}     12`);
  expect([title, short].map((line) => line!.length)).toEqual([79, 79]);
});

test('on a narrow terminal names are cut first, then columns go, those that matter least first', () => {
  expect(tableLines(COLUMNS, drawing(30))).toEqual([
    'name             keys      old',
    'session:l…fix:     12  1.0 MiB',
    'user:           3,456      0 B',
  ]);
  expect(tableLines(COLUMNS, drawing(18))).toEqual(['name          keys', 'session…ix:     12', 'user:        3,456']);
  expect(tableLines(COLUMNS, drawing(12))).toEqual(['name', 'session:…ix:', 'user:']);
});

test('no line is wider than the terminal, as far as names alone fit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 8, max: 90 }),
      (names, columns) => {
        const table: Column[] = [
          { title: 'name', cells: names, side: 'left', goes: 0, least: 8 },
          { title: 'size', cells: names.map(() => '10.0 MiB'), side: 'right', goes: 1 },
        ];
        for (const line of tableLines(
          table,
          drawing(columns),
          names.map((_, i) => i / 5),
        ))
          expect(widthOf(line)).toBeLessThanOrEqual(columns);
      },
    ),
  );
});

test('a bar is as long as its part, to an eighth of a column', () => {
  expect([0, 0.5, 1, 2].map((part) => barOf(part, 4, { bars: 'ascii' }))).toEqual(['', '##', '####', '####']);
  expect(barOf(0.5, 5, { bars: 'blocks' })).toBe('██▌');
  expect(barOf(1 / 32, 4, { bars: 'blocks' })).toBe('▏');
});
