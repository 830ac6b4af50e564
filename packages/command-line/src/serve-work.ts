import { parentPort, workerData } from 'node:worker_threads';
import type { RunOptions } from '@ekv/core';
import { CommitGate, Progress } from '@ekv/core/run-control';
import { failureOf } from './failure.ts';
import type { WorkMessage, WorkOrder } from './work-messages.ts';

/** What a run is given beside its request. */
export type WorkOptions = Omit<Required<RunOptions>, 'workers'>;

/**
 * The main function of a working thread: does the work it was ordered, and reports warnings, the result or the failure.
 * The work is synchronous; the main thread shows progress and answers signals meanwhile.
 */
export function serveWork<Request, Result>(work: (request: Request, options: WorkOptions) => Result): void {
  const { request, runId, progress, gate } = workerData as WorkOrder<Request>;
  const say = (message: WorkMessage<Result>) => parentPort!.postMessage(message);
  try {
    const result = work(request, {
      warn: (warning) => say({ type: 'warning', warning }),
      runId,
      progress: new Progress(progress),
      gate: new CommitGate(gate),
    });
    say({ type: 'result', result });
  } catch (error) {
    say({ type: 'failure', failure: failureOf(error) });
  }
}
