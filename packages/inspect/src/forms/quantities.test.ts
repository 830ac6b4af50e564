import { expect, test } from 'vitest';
import { bytesText, countText, shareText, timeText } from './quantities.ts';

test('bytes are told in the largest unit that there is one of', () => {
  expect([0, 1, 1023, 1024, 1536, 1048524, 1048575, 1048576, 12 * 2 ** 30, 2 ** 53].map(bytesText)).toEqual([
    '0 B',
    '1 B',
    '1023 B',
    '1.0 KiB',
    '1.5 KiB',
    '1023.9 KiB',
    '1.0 MiB',
    '1.0 MiB',
    '12.0 GiB',
    '8.0 PiB',
  ]);
});

test('counts have a comma for each thousand', () => {
  expect([0, 999, 1000, 1234567].map(countText)).toEqual(['0', '999', '1,000', '1,234,567']);
});

test('shares are told to a tenth of a percent, and nothing is said of none', () => {
  expect([shareText(0, 5), shareText(0, 0), shareText(1, 3), shareText(5, 5), shareText(1, 1e9)]).toEqual([
    '0%',
    '0%',
    '33.3%',
    '100.0%',
    '<0.1%',
  ]);
});

test('times are in UTC, to the second', () => {
  expect(timeText(1767225600999)).toBe('2026-01-01 00:00:00');
});
