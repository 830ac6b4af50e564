import type { Worker } from 'node:worker_threads';
import { emptyFolder } from './empty-folder.ts';
import type { Traces } from './program.ts';
import type { Report } from './report.ts';

/** How long a stopped thread may stay in a system call that does not come back, ms. */
const PATIENCE_MS = 1000;
/** Cleaning up that takes longer is told, ms. */
const SILENT_MS = 1000;
/** One Ctrl-C can come twice: from the terminal and from the program that started this one. A person is slower, ms. */
const SAME_MS = 500;
/** Signals of people, who may be in a hurry; others repeat themselves. */
const HURRYING: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGQUIT']);

export interface StoppedRunOptions {
  readonly worker: Worker;
  readonly signal: NodeJS.Signals;
  readonly exitCode: number;
  readonly report: Report;
  /** Removes all traces of the run. */
  readonly cleanUp: () => void;
  readonly traces: () => Traces;
  /** What an operator is told when all traces are removed. */
  readonly nothingLeft: string;
}

/** A run that a signal has stopped, until the process ends. */
export class StoppedRun {
  readonly #options: StoppedRunOptions;
  readonly #since = performance.now();
  #isThreadEnded = false;

  constructor(options: StoppedRunOptions) {
    this.#options = options;
  }

  /** Ends the working thread, removes the traces of the run, and ends the process. */
  async end(): Promise<void> {
    const { signal, report, nothingLeft } = this.#options;
    const told = setTimeout(() => report.answer(CLEANING), SILENT_MS);
    this.#isThreadEnded = await endsInTime(this.#options.worker);
    const left = await this.#clean();
    clearTimeout(told);
    this.#exit(`stopped by ${signal}; ${left ?? nothingLeft}`);
  }

  /** A second signal: whoever sends it does not want to wait for the cleaning up. */
  signalAgain(signal: NodeJS.Signals): void {
    if (!HURRYING.has(signal) || performance.now() - this.#since < SAME_MS) return;
    const { paths } = this.#options.traces();
    const left = paths.length === 0 ? this.#options.nothingLeft : `not cleaned up, remove ${paths.join(', ')}`;
    this.#exit(`stopped by ${this.#options.signal} and ${signal}; ${left}`);
  }

  /** @returns what could not be cleaned, for people. */
  async #clean(): Promise<string | undefined> {
    try {
      if (this.#isThreadEnded) for (const folder of this.#options.traces().bulky) await emptyFolder(folder);
    } catch {
      // Whatever is in the way is in the way of what follows too, and told there.
    }
    return leftAfter(this.#options.cleanUp);
  }

  #exit(message: string): void {
    const { report, signal, exitCode } = this.#options;
    report.stop(message, exitCode);
    if (this.#isThreadEnded) return process.exit(exitCode);
    // A thread in a system call that waits, as for a terminal or a pipe, keeps an exit from coming to its end.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
}

/** Cleans up. @returns what could not be cleaned, for people. */
export function leftAfter(cleanUp: () => void): string | undefined {
  try {
    cleanUp();
    return undefined;
  } catch (error) {
    return `temporary files may be left: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const CLEANING = 'cleaning up; a second signal ends at once and leaves what is there';

function endsInTime(worker: Worker): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), PATIENCE_MS);
    worker.terminate().then(() => resolve(true));
  });
}
