import { expect, test } from 'vitest';
import { millisecondsOf, timestampAt, wallTimeOf } from './commit-timestamp.ts';

test.each([0n, 1n, 1_767_312_000_000n, 2n ** 48n - 1n])(
  'the millisecond %d comes back from its first and its last clock value',
  (ms) => {
    expect(timestampAt(ms)).toBe(ms * 65_536n);
    expect(millisecondsOf(timestampAt(ms))).toBe(ms);
    expect(millisecondsOf(timestampAt(ms) + 65_535n)).toBe(ms);
    expect(millisecondsOf(timestampAt(ms) + 65_536n)).toBe(ms + 1n);
  },
);

test('the clock of the wall is nine seconds behind a clock value', () => {
  expect(wallTimeOf(timestampAt(1_767_312_009_000n) + 5n)).toBe(1_767_312_000_000n);
  expect(wallTimeOf(0n)).toBe(-9000n);
});
