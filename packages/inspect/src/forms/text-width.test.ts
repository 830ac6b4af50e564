import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitted, padded, widthOf } from './text-width.ts';

test('a text takes as many columns as a terminal gives it', () => {
  expect(widthOf('')).toBe(0);
  expect(widthOf('user:1')).toBe(6);
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('é')).toBe(1);
  expect(widthOf('e\u0301')).toBe(1);
  expect(widthOf('😀')).toBe(2);
  expect(widthOf('👩‍👩‍👧')).toBe(2);
});

test('what is too long is cut in the middle and takes no more than its columns', () => {
  expect(fitted('user:1:profile:picture', 12)).toBe('user:1:p…ure');
  expect(fitted('日本日本日本', 6)).toBe('日本…');
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), fc.nat(30), (text, columns) => {
      const cut = fitted(text, columns);
      expect(widthOf(cut)).toBeLessThanOrEqual(columns);
      if (widthOf(text) <= columns) expect(cut).toBe(text);
    }),
  );
});

test('a text is filled up to its columns on either side', () => {
  expect(padded('日', 4, 'left')).toBe('日  ');
  expect(padded('12', 4, 'right')).toBe('  12');
  expect(padded('12345', 4, 'right')).toBe('12345');
});
