import { CommitGate } from '@ekv/core/run-control';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Execution } from './execution.ts';
import { SleepingThread } from './sleeping-thread.test-data.ts';

vi.mock('node:worker_threads', async (original) => {
  const { SleepingThread: Worker } = await import('./sleeping-thread.test-data.ts');
  return { ...(await original<object>()), Worker };
});

let said: string[];
beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text).trimEnd());
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.exitCode = 0;
});

function started({ failure = '' } = {}) {
  const done: string[] = [];
  const command = new Command('ekv-test');
  const ended = new Execution<object, string>(
    {
      command,
      work: '/work.js',
      exitCodes: { usage: 1, environment: 3, data: 2, defect: 4 },
      requestOf: () => ({}),
      endingOf: (result) => ({ exitCode: 0, message: result, fields: {}, json: {} }),
      cleanUp: () => () => {
        done.push('cleaned up');
        if (failure !== '') throw new Error(failure);
      },
      stopped: 'nothing is left',
    },
    {},
    { quiet: true },
  ).run();
  return { ended, done, thread: SleepingThread.last };
}

const NO_THREAD = 'ekv-test: the working thread did not start within a minute: ';

test('a thread that does not start within a minute is given up: the run is cleaned up, and fails with what to do', async () => {
  const { ended, done, thread } = started();
  await vi.advanceTimersByTimeAsync(59_000);
  expect([said, done, thread.calls]).toEqual([[], [], []]);
  await vi.advanceTimersByTimeAsync(1000);
  await ended;
  expect(process.exitCode).toBe(3);
  expect(said).toEqual([expect.stringContaining(NO_THREAD)]);
  expect(said[0]).toContain('ulimit -u');
  expect([done, thread.calls]).toEqual([['cleaned up'], ['terminate', 'unref']]);
});

test('a thread that starts after that may not publish, and what it says changes nothing', async () => {
  const { ended, done, thread } = started();
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  thread.emit('online');
  // A gate that was passed could not be stopped any more.
  expect(new CommitGate(thread.order.gate).stop()).toBe(true);
  thread.emit('message', { type: 'result', result: 'published' });
  thread.emit('error', new Error('late'));
  thread.emit('exit', 1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(process.exitCode).toBe(3);
  expect(said).toHaveLength(1);
  expect(done).toEqual(['cleaned up']);
});

test('a thread that starts in the last second has all the time it needs', async () => {
  const { ended, done, thread } = started();
  await vi.advanceTimersByTimeAsync(59_900);
  thread.emit('online');
  await vi.advanceTimersByTimeAsync(600_000);
  thread.emit('message', { type: 'result', result: 'done' });
  await ended;
  expect(process.exitCode).toBe(0);
  expect([done, thread.calls]).toEqual([[], []]);
});

test('when the cleaning up after it fails too, both are told', async () => {
  const { ended } = started({ failure: 'the disk is gone' });
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  expect(said[0]).toMatch(/did not start within a minute: .*; temporary files may be left: the disk is gone$/);
});
