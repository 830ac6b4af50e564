import { Worker } from 'node:worker_threads';
import { afterEach, expect, test, vi } from 'vitest';
import { EnvironmentError } from '../errors.ts';
import { BatchThread, type BatchWork } from './batch-thread.ts';

vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof import('node:worker_threads')>();
  return { ...real, Worker: vi.fn(real.Worker) };
});
afterEach(() => vi.restoreAllMocks());

/** Turns the bytes over, and puts the number of the batch behind them. */
const reversed: BatchWork<{ readonly add: number }> = (batch, length, { options, kept }) => {
  const number = ((kept.number as number | undefined) ?? 0) + options.add;
  kept.number = number;
  batch.subarray(0, length).reverse();
  batch[length] = number;
};

function started(work: BatchWork<{ readonly add: number }> = reversed) {
  return BatchThread.start(work, { does: 'turns bytes over', options: { add: 1 }, slots: 4, slotBytes: 64 });
}

/** A thread that has come to life, however long a loaded machine takes for that. */
function living(work?: BatchWork<{ readonly add: number }>) {
  const thread = started(work);
  while (thread.waitsFor === 'start') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  return thread;
}

/** What comes of so many batches, in order. */
function outcome(thread: BatchThread<{ readonly add: number }>, batches: number): string[] {
  const found: string[] = [];
  const take = () => {
    const { batch, length } = thread.take(() => 'a batch');
    found.push(`${batch.toString('latin1', 0, length)}${batch[length]}`);
  };
  for (let batch = 0; batch < batches; batch++) {
    if (thread.isFull) take();
    thread.next.write('abc');
    thread.give(3);
  }
  while (thread.outside > 0) take();
  return found;
}

const wanted = (batches: number) => Array.from({ length: batches }, (_, i) => `cba${i + 1}`);

test('batches are worked on in order, more of them than the ring holds, with what the thread keeps', () => {
  const thread = started();
  expect(outcome(thread, 30)).toEqual(wanted(30));
  thread.end();
});

test.each<[string, string]>([
  ['fails when it is read', 'this is no program'],
  ['is no program', 'function () { [native code] }'],
])('a thread whose work %s: all is done here, and nothing reaches the process', async (_, text) => {
  const work: BatchWork<{ readonly add: number }> = (...given) => reversed(...given);
  work.toString = () => text;
  const thread = started(work);
  expect(outcome(thread, 9)).toEqual(wanted(9));
  thread.end();
  // An error that nobody listens to would fail this run.
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test('where the process gets no thread all is done here', () => {
  vi.mocked(Worker).mockImplementationOnce(function refused(): Worker {
    throw new Error('ERR_WORKER_INIT_FAILED');
  });
  expect(outcome(started(), 9)).toEqual(wanted(9));
});

test('a thread that is given up does not begin: all is done here', () => {
  const wait = vi.spyOn(Atomics, 'wait').mockReturnValueOnce('timed-out');
  expect(outcome(started(), 9)).toEqual(wanted(9));
  expect(wait).toHaveBeenCalledTimes(1);
});

test('a thread that dies at work is an error that says what it worked on, and no wait without end', () => {
  const dies: BatchWork<{ readonly add: number }> = (batch) => {
    if (batch[0] === 120) throw new Error('dies');
  };
  const thread = living(dies);
  for (const letter of ['a', 'x']) {
    thread.next.write(letter);
    thread.give(1);
  }
  const letter = (batch: Buffer) => `the letter ${batch.toString('latin1', 0, 1)}`;
  expect(thread.take(letter).batch[0]).toBe(97);
  expect(() => thread.take(letter)).toThrow(
    new EnvironmentError(
      'the thread that turns bytes over has died while it worked on the letter x, most likely because the machine is out of memory; run again, with 1 for the option workers if it happens again',
    ),
  );
  thread.end();
});

test('a thread whose memory is used up says nothing, and is an error all the same', { timeout: 60_000 }, () => {
  const fills: BatchWork<{ readonly add: number }> = () => {
    for (const list: string[][] = []; ; ) list.push(Array.from({ length: 100_000 }, (_, i) => `${i}`));
  };
  vi.mocked(Worker).mockImplementationOnce(function small(file, options): Worker {
    return new Worker(file, {
      ...options,
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
  });
  const thread = living(fills);
  thread.next.write('a');
  thread.give(1);
  expect(() => thread.take(() => 'all of it')).toThrow('has died while it worked on all of it');
  thread.end();
});

test('after its end a thread does no batch that was given', () => {
  const thread = living();
  expect(outcome(thread, 2)).toEqual(wanted(2));
  thread.end();
  thread.next.write('abc');
  thread.give(3);
  expect(() => thread.take((batch) => batch.toString('latin1', 0, 3))).toThrow('abc');
});

/** A thread that does a batch that begins with `w` only when it is let go. */
function waiting() {
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const work: BatchWork<{ readonly gate: Int32Array }> = (batch, length, { options }) => {
    if (batch[0] === 119) {
      Atomics.store(options.gate, 1, 1);
      Atomics.notify(options.gate, 1);
      Atomics.wait(options.gate, 0, 0);
    }
    batch.subarray(0, length).reverse();
  };
  const thread = BatchThread.start(work, { does: 'turns bytes over', options: { gate }, slots: 4, slotBytes: 64 });
  return {
    thread,
    give: (text: string) => thread.give(thread.next.write(text)),
    taken: () => {
      const { batch, length } = thread.take(() => 'a batch');
      return batch.toString('latin1', 0, length);
    },
    /** Waits until the thread is at work on the batch that waits. */
    untilBegun: () => Atomics.wait(gate, 1, 0),
    letGo: () => {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
  };
}

test('who waits for one batch does another one meanwhile, and all come in order', () => {
  const { thread, give, taken, untilBegun, letGo } = waiting();
  ['wait', 'ab', 'cd'].forEach(give);
  untilBegun();
  expect(thread.waitsFor).toBe('batch');
  expect([thread.help(), thread.help(), thread.help()]).toEqual([true, true, false]);
  letGo();
  expect([taken(), thread.waitsFor, taken(), taken()]).toEqual(['tiaw', 'nothing', 'ba', 'dc']);
  for (let i = 0; i < 20; i++) {
    while (thread.isFull);
    give(`e${i}`);
    if (i % 3 === 0) thread.help();
    expect(taken()).toBe(`e${i}`.split('').reverse().join(''));
  }
  thread.end();
});

test('a thread that has not come to life is not waited for, and begins with nothing that was done meanwhile', () => {
  const { thread, give, taken } = waiting();
  for (const text of ['ab', 'cd']) {
    give(text);
    if (thread.waitsFor !== 'nothing') thread.help();
    expect(taken()).toBe(text.split('').reverse().join(''));
  }
  thread.end();
});

test('a batch that is passed over is not waited for, and its memory is not used while the thread is at it', () => {
  const { thread, give, taken, untilBegun, letGo } = waiting();
  ['wait', 'ab', 'cd'].forEach(give);
  untilBegun();
  thread.passOver();
  thread.passOver();
  expect(thread.outside).toBe(1);
  expect(thread.isFull).toBe(false);
  give('ef');
  expect([thread.outside, thread.isFull]).toEqual([2, true]);
  letGo();
  expect([taken(), taken()]).toEqual(['dc', 'fe']);
  thread.end();
});
