import { EventEmitter } from 'node:events';
import type { WorkerOptions } from 'node:worker_threads';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Execution } from './execution.ts';
import type { WorkOrder } from './work-messages.ts';

/** The thread of the test: it does nothing by itself. */
class FakeWorker extends EventEmitter {
  static last: FakeWorker;
  readonly order: WorkOrder<string>;
  readonly terminate = vi.fn(() => Promise.resolve(1));
  readonly unref = vi.fn();

  constructor(_: URL, options: WorkerOptions) {
    super();
    this.order = options.workerData;
    FakeWorker.last = this;
  }
}

vi.mock('node:worker_threads', async (original) => ({
  ...(await original<typeof import('node:worker_threads')>()),
  // An arrow could not be called with new.
  Worker: function FakeThread(url: URL, options: WorkerOptions) {
    return new FakeWorker(url, options);
  },
}));

let said: string;
let cleanUp: ReturnType<typeof vi.fn<() => void>>;
beforeEach(() => {
  vi.useFakeTimers();
  [said, cleanUp] = ['', vi.fn<() => void>()];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  process.exitCode = undefined;
});

function begin(): Promise<void> {
  const program = {
    command: new Command('ekv-test'),
    work: '/work.js',
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: () => 'request',
    endingOf: () => ({ exitCode: 0, message: 'done', fields: {}, json: {} }),
    cleanUp: () => cleanUp,
    stopped: 'nothing is left',
  };
  return new Execution<string, string>(program, 'request', {}).run();
}

test('a thread that has not started within a minute fails the run, is cleaned up after, and can publish nothing later', async () => {
  const ended = begin();
  await vi.advanceTimersByTimeAsync(60_000);
  await ended;
  expect(process.exitCode).toBe(1);
  expect(said).toMatch(/^ekv-test: the working thread did not start within a minute: .*\n$/);
  expect(cleanUp).toHaveBeenCalledOnce();
  const { terminate, unref, order } = FakeWorker.last;
  expect(terminate).toHaveBeenCalledOnce();
  expect(unref).toHaveBeenCalledOnce();
  const untouched = new SharedArrayBuffer(4);
  expect(new Uint8Array(order.gate)).not.toEqual(new Uint8Array(untouched));
});

test('a thread that has started may take its time', async () => {
  const ended = begin();
  FakeWorker.last.emit('online');
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(said).toBe('');
  FakeWorker.last.emit('message', { type: 'result', result: '' });
  await ended;
  expect(process.exitCode).toBe(0);
  expect(cleanUp).not.toHaveBeenCalled();
  expect(new Uint8Array(FakeWorker.last.order.gate)).toEqual(new Uint8Array(4));
});
