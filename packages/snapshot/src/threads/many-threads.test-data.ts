import { readdirSync } from 'node:fs';
import { BatchThread } from './batch-thread.ts';

// A program: starts twenty threads, has each turn a text over, and says what came of it and how many files it has open then.
const threads = Array.from({ length: 20 }, () =>
  BatchThread.start((batch, length) => void batch.subarray(0, length).reverse(), {
    does: 'turns bytes over',
    options: undefined,
    slots: 2,
    slotBytes: 64,
  }),
);
for (const thread of threads) {
  thread.next.write('abc');
  thread.give(3);
}
const turned = threads.map((thread) => thread.take(() => 'abc').batch.toString('latin1', 0, 3));
console.log(JSON.stringify({ turned: [...new Set(turned)], open: readdirSync('/proc/self/fd').length }));
for (const thread of threads) thread.end();
