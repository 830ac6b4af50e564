import { describe, expect, test } from 'vitest';
import type { EmbeddedTable } from '../../embedded-report.ts';
import { nextOrder, shownRows } from './shown-rows.ts';

const TABLE: EmbeddedTable = {
  title: 'Largest',
  about: '',
  columns: [
    { name: 'Address', holds: 'address' },
    { name: 'Bytes', holds: 'bytes' },
  ],
  rows: [
    ['redis/user:10', 3000],
    ['redis/user:9', null],
    ['s3/Photos/a', 10],
    ['s3/photos/b', 3000],
  ],
  left: 0,
  measures: [],
};

const order = (column: number, direction: 'ascending' | 'descending') => ({ column, direction });

describe('rows', () => {
  test('stand as given without an order', () => {
    expect(shownRows(TABLE, '', undefined)).toEqual([0, 1, 2, 3]);
  });

  test('have all words of the filter, in any cell as it is shown, in capitals or not', () => {
    expect(shownRows(TABLE, ' photos ', undefined)).toEqual([2, 3]);
    expect(shownRows(TABLE, 'PHOTOS kib', undefined)).toEqual([3]);
    expect(shownRows(TABLE, 'user s3', undefined)).toEqual([]);
  });

  test('are sorted by numbers, equal ones as given, empty cells last both ways', () => {
    expect(shownRows(TABLE, '', order(1, 'descending'))).toEqual([0, 3, 2, 1]);
    expect(shownRows(TABLE, '', order(1, 'ascending'))).toEqual([2, 0, 3, 1]);
  });

  test('are sorted by text, the numbers in it by their value', () => {
    expect(shownRows(TABLE, '', order(0, 'ascending'))).toEqual([1, 0, 2, 3]);
  });
});

test('clicks on a head: numbers begin with the largest, texts with the first, the third click takes the order back', () => {
  const clicks = (holds: 'text' | 'count') => {
    const first = nextOrder(order(0, 'ascending'), 1, holds);
    const second = nextOrder(first, 1, holds);
    return [first?.direction, second?.direction, nextOrder(second, 1, holds)];
  };
  expect(clicks('count')).toEqual(['descending', 'ascending', undefined]);
  expect(clicks('text')).toEqual(['ascending', 'descending', undefined]);
});
