import type { Worker } from 'node:worker_threads';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Report } from './report.ts';
import { StoppedRun } from './stopped-run.ts';

/** A folder that is never empty. */
const ENDLESS = '/endless';

vi.mock('./empty-folder.ts', async (original) => {
  const { emptyFolder } = await original<typeof import('./empty-folder.ts')>();
  return { emptyFolder: (path: string) => (path === ENDLESS ? new Promise(() => {}) : emptyFolder(path)) };
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A run that was stopped by SIGINT, of which the thread ends after that time. */
function stopped({ threadMs = 0, paths = ['/tmp/a', '/tmp/b'], bulky = [] as string[], failure = '' } = {}) {
  const done: string[] = [];
  vi.spyOn(process, 'exit').mockImplementation((code) => void done.push(`exit ${code}`) as never);
  vi.spyOn(process, 'kill').mockImplementation((_, signal) => {
    done.push(`kill ${signal}`);
    return true;
  });
  const say = (text: string) => void done.push(text.replace(/^time=\S+ /, '').trimEnd());
  const run = new StoppedRun({
    worker: { terminate: () => new Promise<number>((resolve) => setTimeout(() => resolve(1), threadMs)) } as Worker,
    signal: 'SIGINT',
    exitCode: 130,
    report: new Report(new Command('ekv-test'), {}, say),
    cleanUp: () => {
      done.push('cleaned up');
      if (failure !== '') throw new Error(failure);
    },
    traces: () => ({ paths, bulky }),
    nothingLeft: 'nothing is left',
  });
  void run.end();
  return { run, done };
}

const CLEANING = 'level=INFO msg="cleaning up; a second signal ends at once and leaves what is there"';

test('a run is cleaned up and ends, without a word more', async () => {
  const { done } = stopped();
  await vi.advanceTimersByTimeAsync(900);
  expect(done).toEqual(['cleaned up', 'ekv-test: stopped by SIGINT; nothing is left', 'exit 130']);
});

test('what takes more than a second says that it cleans up', async () => {
  const { done } = stopped({ threadMs: 5000 });
  await vi.advanceTimersByTimeAsync(1100);
  expect(done).toEqual([CLEANING, 'cleaned up', 'ekv-test: stopped by SIGINT; nothing is left', 'kill SIGINT']);
});

test.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)(
  'a later %s ends at once, without cleaning up, and names what stays',
  async (signal) => {
    const { run, done } = stopped({ threadMs: 5000 });
    await vi.advanceTimersByTimeAsync(600);
    run.signalAgain(signal);
    expect(done).toEqual([
      `ekv-test: stopped by SIGINT and ${signal}; not cleaned up, remove /tmp/a, /tmp/b`,
      'kill SIGINT',
    ]);
  },
);

test('with nothing left a later signal says so', async () => {
  const { run, done } = stopped({ threadMs: 5000, paths: [] });
  await vi.advanceTimersByTimeAsync(600);
  run.signalAgain('SIGINT');
  expect(done[0]).toBe('ekv-test: stopped by SIGINT and SIGINT; nothing is left');
});

test.each([
  ['SIGINT', 100],
  ['SIGHUP', 600],
  ['SIGXCPU', 600],
] as const)('a %s after %d ms is no hurry of a person', async (signal, ms) => {
  const { run, done } = stopped({ threadMs: 5000 });
  await vi.advanceTimersByTimeAsync(ms);
  run.signalAgain(signal);
  expect(done).toEqual([]);
});

test('a clean-up that fails is told in the place of what it would have said, and the exit code stays', async () => {
  const { done } = stopped({ failure: 'the disk is gone' });
  await vi.advanceTimersByTimeAsync(900);
  expect(done).toEqual([
    'cleaned up',
    'ekv-test: stopped by SIGINT; temporary files may be left: the disk is gone',
    'exit 130',
  ]);
});

test('a folder that cannot be emptied does not keep the rest from being cleaned up', async () => {
  // A file: it is no folder that could be listed.
  const { done } = stopped({ bulky: [import.meta.filename] });
  await vi.advanceTimersByTimeAsync(900);
  expect(done).toEqual(['cleaned up', 'ekv-test: stopped by SIGINT; nothing is left', 'exit 130']);
});

test('a second signal while a folder is emptied ends at once, and names what stays', async () => {
  const { run, done } = stopped({ bulky: [ENDLESS] });
  await vi.advanceTimersByTimeAsync(1100);
  expect(done).toEqual([CLEANING]);
  run.signalAgain('SIGINT');
  expect(done.slice(1)).toEqual([
    'ekv-test: stopped by SIGINT and SIGINT; not cleaned up, remove /tmp/a, /tmp/b',
    'exit 130',
  ]);
});
