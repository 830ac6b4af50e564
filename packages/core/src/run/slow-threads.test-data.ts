import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';
import { afterEach, beforeEach } from 'vitest';

const SLEEPS = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 4)';
const { Worker } = workerThreads;

/** What each thread does before it works on a batch, as text. Before each test: it sleeps for some time. */
export const thread: { text: string } = { text: SLEEPS };

beforeEach(() => {
  thread.text = SLEEPS;
  workerThreads.Worker = class extends Worker {
    constructor(program: string, options: WorkerOptions) {
      const work = `(...given) => { ${thread.text}; (${options.workerData.work})(...given); }`;
      super(program, { ...options, workerData: { ...options.workerData, work } });
    }
  };
  syncBuiltinESMExports();
});

afterEach(() => {
  workerThreads.Worker = Worker;
  syncBuiltinESMExports();
});
