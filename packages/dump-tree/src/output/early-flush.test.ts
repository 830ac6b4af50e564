import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import workerThreads from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { EarlyFlush } from './early-flush.ts';
import { stageSync } from './staged-sync.test-data.ts';

// A loaded machine starts threads and programs late.
vi.setConfig({ testTimeout: 60_000 });
const { Worker } = workerThreads;
afterEach(() => replaceWorker(Worker));

function replaceWorker(worker: typeof Worker): void {
  workerThreads.Worker = worker;
  syncBuiltinESMExports();
}

const WORTH_BYTES = 64 << 20;

/** A flush that has begun. */
async function flushed(status: number) {
  const sync = stageSync(status);
  const early = new EarlyFlush('/');
  early.wrote(WORTH_BYTES);
  while (sync.calls().length === 0) await sleep(5);
  return { early, ...sync };
}

/** Comes when a flush has failed. */
async function failed(early: EarlyFlush): Promise<void> {
  do {
    early.wrote(WORTH_BYTES);
    await sleep(20);
  } while (early.hasSucceeded());
}

test('what is worth it is flushed while more is written, one flush at a time', async () => {
  const { early, calls } = await flushed(0);
  expect(early.hasSucceeded()).toBe(true);
  early.wrote(1);
  await sleep(20);
  expect(calls()).toEqual(['-f /']);
  early.wrote(WORTH_BYTES);
  early.wrote(WORTH_BYTES);
  while (calls().length === 1) await sleep(5);
  expect(early.hasSucceeded()).toBe(true);
  expect(calls()).toEqual(['-f /', '-f /']);
  early.close();
});

test('a flush that fails is not forgotten when a later one does not', async () => {
  const { early, calls, end } = await flushed(1);
  expect(early.hasSucceeded()).toBe(false);
  end(0);
  early.wrote(WORTH_BYTES);
  while (calls().length === 1) await sleep(5);
  expect(early.hasSucceeded()).toBe(false);
  early.close();
});

test('without the program a flush has failed, and with nothing to flush none has', async () => {
  process.env.PATH = '/nowhere';
  const early = new EarlyFlush('/');
  expect(early.hasSucceeded()).toBe(true);
  await failed(early);
  expect(early.hasSucceeded()).toBe(false);
  early.close();
});

test('a flush whose thread never comes is not waited for, and has not failed: that at the end had all to do', () => {
  const { calls } = stageSync(0);
  const end = vi.fn();
  replaceWorker(
    class {
      on = () => {};
      unref = () => {};
      postMessage = () => {};
      terminate = end;
    } as never,
  );
  const early = new EarlyFlush('/');
  early.wrote(WORTH_BYTES);
  early.wrote(WORTH_BYTES);
  const begun = performance.now();
  expect(early.hasSucceeded()).toBe(true);
  expect(performance.now() - begun).toBeLessThan(10_000);
  early.close();
  expect(end).toHaveBeenCalledOnce();
  expect(calls()).toEqual([]);
});
