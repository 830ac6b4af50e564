import { expect, test } from 'vitest';
import { fewOf } from './few-of.ts';

test('what is not named is a count', () => {
  expect(fewOf(['a', 'b'], 5)).toBe('a, b and 3 more');
  expect(fewOf(['a, one', 'b'], 5, '; ')).toBe('a, one; b; and 3 more');
});

test('when all are named there is no count', () => {
  expect(fewOf(['a', 'b'], 2)).toBe('a, b');
  expect(fewOf(['a', 'b'], 2, '; ')).toBe('a; b');
});
