import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CommitGate, newRunId, Progress } from '@ekv/core/run-control';
import { failureOf } from './failure.ts';
import type { Program } from './program.ts';
import { ProgressLine } from './progress-line.ts';
import { Report, type SharedFlags } from './report.ts';
import type { WorkEnd, WorkMessage, WorkOrder } from './work-messages.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How long a stopped thread may stay in a system call that does not come back, ms. */
const PATIENCE_MS = 1000;

/**
 * Nearly all that is made while working dies young: a small nursery costs no time, and the default one 100 MiB of peak
 * memory.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

/** One run: the working thread, its messages, and the signals that stop it. */
export class Execution<Request, Result> {
  readonly #program: Program<Request, Result>;
  readonly #request: Request;
  readonly #runId = newRunId();
  readonly #progress = new Progress();
  readonly #gate = new CommitGate();
  readonly #line: ProgressLine | undefined;
  readonly #report: Report;
  #isStopped = false;

  constructor(program: Program<Request, Result>, request: Request, flags: SharedFlags) {
    this.#program = program;
    this.#request = request;
    const isLive = process.stderr.isTTY && !flags.quiet && flags.logFormat !== 'json';
    this.#line = isLive ? new ProgressLine(this.#progress, (text) => process.stderr.write(text)) : undefined;
    this.#report = new Report(program.command, flags, (text) => {
      this.#line?.clear();
      process.stderr.write(text);
    });
  }

  async run(): Promise<void> {
    const cleanUp = this.#program.cleanUp(this.#request, this.#runId);
    const worker = this.#start();
    const stop = (signal: NodeJS.Signals) => void this.#stop(worker, signal, cleanUp);
    for (const signal of SIGNALS) process.on(signal, stop);
    const end = await this.#finished(worker, cleanUp);
    for (const signal of SIGNALS) process.off(signal, stop);
    this.#line?.stop();
    process.exitCode =
      end.type === 'failure'
        ? this.#report.failure(end.failure, this.#program.exitCodes)
        : this.#report.ending(this.#program.endingOf(end.result));
  }

  #start(): Worker {
    const workerData: WorkOrder<Request> = {
      request: this.#request,
      runId: this.#runId,
      progress: this.#progress.shared,
      gate: this.#gate.shared,
    };
    return new Worker(this.#program.work, { workerData, resourceLimits: LIMITS });
  }

  /** Never ends for a run that is stopped. */
  #finished(worker: Worker, cleanUp: () => void): Promise<WorkEnd<Result>> {
    return new Promise((resolve) => {
      let isDone = false;
      const end = (work: WorkEnd<Result>) => {
        isDone = true;
        if (!this.#isStopped) resolve(work);
      };
      // A thread that dies runs none of its own cleaning up.
      const died = (error: unknown) => {
        if (isDone || this.#isStopped) return;
        cleanUp();
        end({ type: 'failure', failure: failureOf(error) });
      };
      worker.on('message', (message: WorkMessage<Result>) => {
        if (message.type === 'warning') this.#report.warning(message.warning);
        else end(message);
      });
      worker.on('error', died);
      worker.on('exit', (code) =>
        died(new Error(`the working thread ended with code ${code} before its work was done`)),
      );
    });
  }

  /** Ends the process; but a run that is publishing already comes to its own end, as if the signal came after it. */
  async #stop(worker: Worker, signal: NodeJS.Signals, cleanUp: () => void): Promise<void> {
    if (this.#isStopped || !this.#gate.stop()) return;
    this.#isStopped = true;
    const isEnded = await endsInTime(worker);
    this.#line?.stop();
    const exitCode = 128 + constants.signals[signal];
    this.#report.stop(`stopped by ${signal}; ${cleaned(cleanUp) ?? this.#program.stopped}`, exitCode);
    if (isEnded) process.exit(exitCode);
    // A thread in a system call that waits, as for a terminal or a pipe, keeps an exit from coming to its end.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
}

/** @returns what could not be cleaned, for people. */
function cleaned(cleanUp: () => void): string | undefined {
  try {
    cleanUp();
    return undefined;
  } catch (error) {
    return `temporary files may be left: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function endsInTime(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS);
    worker.terminate().then(() => resolve(true));
  });
}
