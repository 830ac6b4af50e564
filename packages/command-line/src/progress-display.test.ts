import { Progress } from '@ekv/core/run-control';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { progressDisplay } from './progress-display.ts';
import type { Report, SharedFlags } from './report.ts';

/** What a minute of a run writes on standard error, and how many lines of the log it gives. */
function shown(flags: SharedFlags, { isTTY, TERM }: { isTTY: boolean; TERM: string }) {
  vi.stubEnv('TERM', TERM);
  const written: string[] = [];
  let lines = 0;
  const stderr = process.stderr as { isTTY: boolean; write: unknown; columns: number | undefined };
  const { isTTY: wasTTY, write } = stderr;
  Object.assign(stderr, { isTTY, write: (text: string) => written.push(text) > 0 });
  try {
    const report = { answer: () => lines++ } as unknown as Report;
    const display = progressDisplay(new Progress(), flags, report);
    vi.advanceTimersByTime(60_000);
    display.stop();
  } finally {
    Object.assign(stderr, { isTTY: wasTTY, write });
  }
  return { written: written.join(''), lines };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

test('a terminal gets a line that is written over', () => {
  const { written, lines } = shown({}, { isTTY: true, TERM: 'xterm' });
  expect(written).toContain('\x1b[');
  expect(lines).toBe(0);
});

test('a terminal that cannot move its cursor gets plain lines, one in ten seconds, and no escape', () => {
  const { written, lines } = shown({}, { isTTY: true, TERM: 'dumb' });
  expect(written).not.toContain('\x1b');
  expect(lines).toBeGreaterThanOrEqual(5);
  expect(lines).toBeLessThanOrEqual(6);
});

test.each<[string, SharedFlags, boolean]>([
  ['a pipe', {}, false],
  ['--quiet', { quiet: true }, true],
  ['a log of JSON', { logFormat: 'json' }, true],
])('%s gets nothing that was not asked for', (_, flags, isTTY) => {
  expect(shown(flags, { isTTY, TERM: 'xterm' })).toEqual({ written: '', lines: 0 });
});

test('--progress gives lines wherever they go', () => {
  expect(shown({ progress: '20' }, { isTTY: false, TERM: 'xterm' }).lines).toBe(3);
});
