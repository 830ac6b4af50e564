import { expect, test } from 'vitest';
import { fittedStem, NAME_MAX } from './fitted-name.ts';

const MORE = 22;

test('a name that leaves room for more stays as it is', () => {
  for (const name of ['a', 'n'.repeat(NAME_MAX - MORE), 'é'.repeat(116)]) expect(fittedStem(name, MORE)).toBe(name);
});

test.each([
  ['of one byte each', 'n'.repeat(240)],
  ['of two bytes', 'é'.repeat(120)],
  ['of three bytes', '字'.repeat(85)],
  ['of four bytes', '😀'.repeat(63)],
])('a longer name of characters %s is cut between characters, and fits', (_, name) => {
  const stem = fittedStem(name, MORE);
  expect(Buffer.byteLength(stem)).toBeLessThanOrEqual(NAME_MAX - MORE);
  expect(Buffer.byteLength(stem)).toBeGreaterThan(NAME_MAX - MORE - 4);
  expect(stem).toMatch(/~[0-9a-f]{16}$/);
  expect(name.startsWith(stem.slice(0, -17))).toBe(true);
  expect(fittedStem(name, MORE)).toBe(stem);
});

test('two long names with the same beginning get two stems', () => {
  expect(fittedStem(`${'n'.repeat(240)}1`, MORE)).not.toBe(fittedStem(`${'n'.repeat(240)}2`, MORE));
});
