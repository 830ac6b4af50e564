import { Progress } from '@ekv/core/run-control';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressLine } from './progress-line.ts';
import { ProgressLines } from './progress-lines.ts';
import { type ProgressView, ProgressWatch } from './progress-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What a line writes while the time passes. */
function line(columns = () => 80) {
  const progress = new Progress();
  const pieces: string[] = [];
  const terminal = { write: (text: string) => void pieces.push(text), columns };
  return { progress, pieces, live: new ProgressLine(new ProgressWatch(progress), terminal) };
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
  const { length } = pieces;
  vi.advanceTimersByTime(5000);
  expect(pieces).toHaveLength(length);
});

test('a line is narrower than the terminal, of any width, and after the window became smaller', () => {
  let columns = 200;
  const { progress, pieces, live } = line(() => columns);
  progress.begin('checking the snapshot', 1000);
  progress.count(1 << 30);
  progress.advance(500);
  for (columns = 100; columns > 0; columns -= 3) {
    vi.advanceTimersByTime(1000);
    expect(pieces.at(-1)!.length - '\r\x1b[K'.length).toBeLessThan(columns);
  }
  live.stop();
});

test.each([
  [10_000, [10_000, 20_000, 30_000]],
  [500, [500, 1000, 1500]],
  [Number.POSITIVE_INFINITY, []],
])('lines for a log come every %d ms', (every, times) => {
  const said: ProgressView[] = [];
  const lines = new ProgressLines(new ProgressWatch(new Progress()), every, (view) => said.push(view));
  vi.advanceTimersByTime(35_000);
  lines.stop();
  expect(said.slice(0, times.length).map(({ elapsedMs }) => Math.round(elapsedMs / 100) * 100)).toEqual(times);
  expect(said.length === 0).toBe(times.length === 0);
});
