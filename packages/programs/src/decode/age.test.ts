import { expect, test } from 'vitest';
import { age } from './age.ts';

test.each([
  [0, 'now'],
  [-5, 'now'],
  [1, '1s'],
  [59, '59s'],
  [60, '1m'],
  [61, '1m1s'],
  [3599, '59m59s'],
  [3605, '1h'],
  [7260, '2h1m'],
  [86_400 * 3 + 3600 * 4 + 59, '3d4h'],
  [86_400 * 20_000, '20000d'],
])('%d s is %s', (seconds, text) => {
  expect(age(seconds)).toBe(text);
});
