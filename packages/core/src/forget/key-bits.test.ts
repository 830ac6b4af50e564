import { expect, test } from 'vitest';
import { KeyBits } from './key-bits.ts';

test('those bits are there that were set, however far apart', () => {
  const bits = new KeyBits();
  const set = [0, 7, 8, 65_535, 65_536, 10_000_019];
  for (const ordinal of set) bits.set(ordinal);
  expect(set.every((ordinal) => bits.has(ordinal))).toBe(true);
  const others = [1, 6, 9, 65_534, 65_537, 131_072, 10_000_018, 10_000_020, 2 ** 33];
  expect(others.filter((ordinal) => bits.has(ordinal))).toEqual([]);
});
