import { expect, test } from 'vitest';
import { EarlyFlush } from './early-flush.ts';
import { stageSync } from './staged-sync.test-data.ts';

/** A flush, and one more that is worth it. */
function flushed(sync: number): { readonly early: EarlyFlush; readonly calls: () => string[] } {
  const { calls } = stageSync(sync);
  const early = new EarlyFlush('/');
  early.wrote(64 << 20);
  return { early, calls };
}

test('what is worth it is flushed while more is written, one flush at a time', () => {
  const { early, calls } = flushed(0);
  expect(early.hasSucceeded()).toBe(true);
  early.wrote(1);
  early.wrote(64 << 20);
  early.wrote(64 << 20);
  expect(early.hasSucceeded()).toBe(true);
  expect(calls()).toEqual(['-f /', '-f /']);
  early.close();
});

test('a flush that fails is not forgotten when a later one does not', () => {
  const { early } = flushed(1);
  expect(early.hasSucceeded()).toBe(false);
  stageSync(0);
  early.wrote(64 << 20);
  expect(early.hasSucceeded()).toBe(false);
  early.close();
});

test('without the program a flush has failed, and with nothing to flush none has', () => {
  const { PATH } = process.env;
  stageSync(0);
  process.env.PATH = '/nowhere';
  const early = new EarlyFlush('/');
  expect(early.hasSucceeded()).toBe(true);
  early.wrote(64 << 20);
  expect(early.hasSucceeded()).toBe(false);
  early.close();
  process.env.PATH = PATH;
});
