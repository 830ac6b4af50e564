import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { CommitGate, newRunId, Progress } from '@ekv/core/run-control';
import { EnvironmentError } from '@ekv/snapshot';
import { failureOf } from './failure.ts';
import type { Program } from './program.ts';
import { type ProgressDisplay, progressDisplay } from './progress-display.ts';
import { Report, type SharedFlags } from './report.ts';
import { STOP_SIGNALS } from './stop-signals.ts';
import { leftAfter, StoppedRun } from './stopped-run.ts';
import type { WorkEnd, WorkMessage, WorkOrder } from './work-messages.ts';

/** A machine that gives a process no more threads may keep one from its start for ever, ms. */
const THREAD_START_MS = 60_000;

/**
 * Nearly all that is made while working dies young: a small nursery costs no time, and the default one 100 MiB of peak
 * memory.
 */
const LIMITS = { maxYoungGenerationSizeMb: 12 };

/** What a run has done is done when it has come to its end: a signal changes nothing of its exit code, and only keeps it from waiting. */
function endNow(): void {
  process.exit();
}

/** One run: the working thread, its messages, and the signals that stop it. */
export class Execution<Request, Result> {
  readonly #program: Program<Request, Result>;
  readonly #request: Request;
  readonly #runId = newRunId();
  readonly #progress = new Progress();
  readonly #gate = new CommitGate();
  readonly #report: Report;
  #display: ProgressDisplay | undefined;
  #stopped: StoppedRun | undefined;

  constructor(program: Program<Request, Result>, request: Request, flags: SharedFlags) {
    this.#program = program;
    this.#request = request;
    this.#report = new Report(program.command, flags, (text) => {
      this.#display?.clear();
      process.stderr.write(text);
    });
    this.#display = progressDisplay(this.#progress, flags, this.#report);
  }

  async run(): Promise<void> {
    const cleanUp = this.#program.cleanUp(this.#request, this.#runId);
    const worker = this.#start();
    const stop = (signal: NodeJS.Signals) => this.#stop(worker, signal, cleanUp);
    for (const signal of STOP_SIGNALS) process.on(signal, stop);
    const end = await this.#finished(worker, cleanUp);
    for (const signal of STOP_SIGNALS) {
      process.on(signal, endNow);
      process.off(signal, stop);
    }
    this.#display?.stop();
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
        if (this.#stopped === undefined) resolve(work);
      };
      // A thread that dies runs none of its own cleaning up.
      const died = (error: unknown) => {
        if (isDone || this.#stopped !== undefined) return;
        const left = leftAfter(cleanUp);
        const failure = failureOf(error);
        end({
          type: 'failure',
          failure: left === undefined ? failure : { ...failure, message: `${failure.message}; ${left}` },
        });
      };
      const patience = setTimeout(() => {
        // A thread that starts in the end must not publish after a failure, nor keep the process.
        this.#gate.stop();
        void worker.terminate();
        worker.unref();
        died(new EnvironmentError(NO_THREAD));
      }, THREAD_START_MS);
      worker.on('online', () => clearTimeout(patience));
      worker.on('message', (message: WorkMessage<Result>) => {
        if (message.type === 'warning') this.#report.warning(message.warning);
        else end(message);
      });
      worker.on('error', (error) => {
        clearTimeout(patience);
        died(error);
      });
      worker.on('exit', (code) =>
        died(new Error(`the working thread ended with code ${code} before its work was done`)),
      );
    });
  }

  /**
   * Ends the process; but a run that is publishing already comes to its own end, as if the signal came after it. A second
   * signal does not wait for the cleaning up.
   */
  #stop(worker: Worker, signal: NodeJS.Signals, cleanUp: () => void): void {
    if (this.#stopped !== undefined) return this.#stopped.signalAgain(signal);
    if (!this.#gate.stop()) return;
    this.#display?.stop();
    this.#stopped = new StoppedRun({
      worker,
      signal,
      exitCode: 128 + constants.signals[signal],
      report: this.#report,
      cleanUp,
      traces: () => this.#program.traces?.(this.#request, this.#runId) ?? { paths: [], bulky: [] },
      nothingLeft: this.#program.stopped,
    });
    void this.#stopped.end();
  }
}

const NO_THREAD =
  'the working thread did not start within a minute: the machine gives this process no thread; raise the limit of processes (ulimit -u), or run less beside it';
