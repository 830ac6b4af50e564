import { Progress } from '@ekv/core/run-control';
import { expect, test } from 'vitest';
import { ProgressWatch } from './progress-watch.ts';

/** A watch with a clock of its own. */
function watched() {
  let now = 0;
  const progress = new Progress();
  const watch = new ProgressWatch(progress, () => now);
  const work = (ms: number, records: number) => {
    for (let i = 0; i < records; i++) progress.count(10);
    now += ms;
    return watch.look();
  };
  return { progress, watch, work };
}

test('a phase of known size has percent and time left by what it took so far', () => {
  const { progress, work } = watched();
  progress.begin('redis', 400);
  work(0, 0);
  progress.advance(100);
  expect(work(2000, 50)).toMatchObject({ percent: 25, leftMs: 6000, perSecond: 25, records: 50, bytes: 500 });
});

test('a phase of unknown size has none', () => {
  const { progress, work } = watched();
  progress.begin('redis');
  work(0, 0);
  expect(work(2000, 1)).toMatchObject({ percent: undefined, leftMs: undefined });
});

test('more done than was known of is 99 percent, without a time', () => {
  const { progress, work } = watched();
  progress.begin('redis', 10);
  work(0, 0);
  progress.advance(11);
  expect(work(2000, 1)).toMatchObject({ percent: 99, leftMs: undefined });
});

test('each phase has a rate of its own, and none while it is younger than a second', () => {
  const { progress, work } = watched();
  progress.begin('redis');
  work(0, 0);
  expect(work(4000, 400)).toMatchObject({ perSecond: 100, elapsedMs: 4000 });
  progress.begin('s3');
  expect(work(250, 5)).toMatchObject({ perSecond: undefined, elapsedMs: 4250 });
  expect(work(500, 5)).toMatchObject({ perSecond: undefined });
  expect(work(500, 5)).toMatchObject({ perSecond: 15 });
});

test('time in which the process was stopped, or the machine slept, is no work', () => {
  const { progress, watch, work } = watched();
  progress.begin('redis', 800);
  work(0, 0);
  progress.advance(200);
  work(2000, 200);
  watch.resumed();
  expect(work(3000, 0)).toMatchObject({ perSecond: 100, leftMs: 6000, elapsedMs: 5000 });
  expect(work(60_000, 0)).toMatchObject({ perSecond: 100, leftMs: 6000, elapsedMs: 65_000 });
});
