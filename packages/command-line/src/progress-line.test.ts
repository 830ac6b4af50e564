import { Progress } from '@ekv/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressLine, progressText } from './progress-line.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the text tells phase, records, size, rate of the phase and time of the run', () => {
  expect(progressText('redis', 1234567, 5 << 20, 2000, 65_000)).toBe(
    'redis  1,234,567 records  5.0 MiB  617,284/s  1:05',
  );
});

test('without records yet the text is phase and time', () => {
  expect(progressText('starting', 0, 0, 0, 0)).toBe('starting  0:00');
});

test('a phase that has just begun has no endless rate', () => {
  expect(progressText('redis', 10, 0, 0, 3_600_000)).toBe('redis  10 records  0.0 MiB  10,000/s  60:00');
});

/** What a line writes while the time passes. */
function line() {
  const progress = new Progress();
  const pieces: string[] = [];
  return { progress, pieces, live: new ProgressLine(progress, (text) => pieces.push(text)) };
}

test('a run of less than a second shows nothing', () => {
  const { pieces, live } = line();
  vi.advanceTimersByTime(900);
  live.stop();
  expect(pieces).toEqual([]);
});

test('a longer run shows its counters again and again, in one line', () => {
  const { progress, pieces, live } = line();
  progress.begin('redis');
  progress.count(1 << 20);
  vi.advanceTimersByTime(2000);
  expect(pieces.length).toBeGreaterThan(2);
  expect(pieces.every((text) => text.startsWith('\r\x1b[K') && !text.includes('\n'))).toBe(true);
  expect(pieces.at(-1)).toMatch(/redis {2}1 records {2}1\.0 MiB .* 0:02$/);
  live.stop();
});

test('other output finds a cleared line, and nothing is cleared that was not shown', () => {
  const { pieces, live } = line();
  live.clear();
  expect(pieces).toEqual([]);
  vi.advanceTimersByTime(1500);
  live.clear();
  live.clear();
  expect(pieces.filter((text) => text === '\r\x1b[K')).toHaveLength(1);
});

test('a stopped line shows nothing any more', () => {
  const { pieces, live } = line();
  vi.advanceTimersByTime(1500);
  live.stop();
  const shown = pieces.length;
  vi.advanceTimersByTime(5000);
  expect(pieces).toHaveLength(shown);
  expect(pieces.at(-1)).toBe('\r\x1b[K');
});
