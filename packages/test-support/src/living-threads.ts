import { syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

const { Worker } = workerThreads;
/** Longer than any machine takes for a thread, ms. */
const PATIENCE_MS = 60_000;

/**
 * Until the end of the test whoever starts a thread for batches goes on when it has come to life, however long a loaded machine takes for
 * that: so what the thread does is seen, and not what is done in its place.
 */
export function awaitThreads(): void {
  workerThreads.Worker = class extends workerThreads.Worker {
    constructor(program: string, options: WorkerOptions) {
      super(program, options);
      const { shared, ring } = options.workerData;
      if (ring !== undefined) Atomics.wait(new Int32Array(shared.state), ring.start, ring.starting, PATIENCE_MS);
    }
  };
  syncBuiltinESMExports();
  onTestFinished(() => {
    workerThreads.Worker = Worker;
    syncBuiltinESMExports();
  });
}
