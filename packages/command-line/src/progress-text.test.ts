import { expect, test } from 'vitest';
import { progressFields, progressText } from './progress-text.ts';
import type { ProgressView } from './progress-watch.ts';

const VIEW: ProgressView = {
  phase: 'redis',
  records: 1234567,
  bytes: 5 << 20,
  percent: 42,
  perSecond: 617_283.5,
  leftMs: 190_000,
  elapsedMs: 65_000,
};
const BEGUN = { ...VIEW, records: 0, bytes: 0, percent: undefined, perSecond: undefined, leftMs: undefined };

test('the text tells phase, percent, records, size, rate, time left and time of the run', () => {
  expect(progressText(VIEW)).toBe('redis  42 %  1,234,567 records  5.0 MiB  617,284/s  3:10 left  1:05');
});

test('what is not known is left out, no zero stands for it', () => {
  expect(progressText(BEGUN)).toBe('redis  1:05');
  expect(progressFields(BEGUN)).toEqual({ phase: 'redis', records: 0, bytes: 0, elapsed_seconds: 65 });
});

test('hours are told from the first on', () => {
  expect(progressText({ ...BEGUN, elapsedMs: 3_599_999 })).toBe('redis  59:59');
  expect(progressText({ ...BEGUN, elapsedMs: 3_600_000 })).toBe('redis  1:00:00');
});

test.each([
  [70, 'redis  42 %  1,234,567 records  5.0 MiB  617,284/s  3:10 left  1:05'],
  [60, 'redis  42 %  1,234,567 records  5.0 MiB  3:10 left  1:05'],
  [50, 'redis  42 %  1,234,567 records  3:10 left  1:05'],
  [30, 'redis  42 %  3:10 left  1:05'],
  [25, 'redis  42 %  3:10 left'],
  [12, 'redis  42 %'],
  [8, 'redis'],
  [3, 'red'],
  [0, ''],
])('with %d columns the rate goes first, then size and records, the phase last', (width, text) => {
  expect(progressText(VIEW, width)).toBe(text);
});

test('a log has numbers', () => {
  expect(progressFields(VIEW)).toEqual({
    phase: 'redis',
    percent: 42,
    records: 1234567,
    bytes: 5 << 20,
    records_per_second: 617_284,
    seconds_left: 190,
    elapsed_seconds: 65,
  });
});
