import { UsageError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { parseCommitTimestamp } from './commit-timestamp.ts';

test('the empty text is no override', () => {
  expect(parseCommitTimestamp('')).toBeUndefined();
});

test.each([
  ['0', 0n],
  ['1001', 1001n],
  ['0001001', 1001n],
  ['9007199254740993', 9007199254740993n],
  ['18446744073709551615', 2n ** 64n - 1n],
  ['0x3e9', 1001n],
  ['0X3E9', 1001n],
  ['0x01a2073de8be0031', 0x01a2073de8be0031n],
  ['0xFFFFffffFFFFffff', 2n ** 64n - 1n],
  [' 1001\t', 1001n],
  ['\u00a00x3e9 ', 1001n],
])('%j is %s', (text, value) => {
  expect(parseCommitTimestamp(text)).toBe(value);
});

test.each([
  ' ',
  '\t',
  '0x',
  '+1',
  '-1',
  '1_000',
  '1.0',
  '1e3',
  '3e9',
  'ff',
  '0b1',
  '0o7',
  '１',
  '12a',
  '0x1g',
  '0x 1',
  '1 2',
  '18446744073709551616',
  '0x10000000000000000',
])('%j is refused by the name of the flag', (text) => {
  expect(() => parseCommitTimestamp(text)).toThrow(UsageError);
  expect(() => parseCommitTimestamp(text)).toThrow(/last-commit-ts/);
});
