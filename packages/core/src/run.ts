import { randomBytes } from 'node:crypto';
import type { Warn, Warning } from '@ekv/snapshot';
import { DataError } from '@ekv/snapshot';
import { Progress } from './progress.ts';

/** What every run of core takes beside its request. */
export interface RunOptions {
  /** Gets what the operator should know. */
  readonly warn?: Warn;
  readonly progress?: Progress;
  /**
   * 16 lower-case hex digits that the names of all temporary files hold, so that they can be found and removed when the
   * thread that works is stopped. Default: random.
   */
  readonly runId?: string;
}

/** Input was left out and the run was strict. */
export class StrictError extends DataError {}

export function newRunId(): string {
  return randomBytes(8).toString('hex');
}

/** One run's warnings, counters and temporary names. */
export class Run {
  readonly runId: string;
  readonly progress: Progress;
  readonly #warn: Warn;
  readonly #losses: Warning[] = [];
  #warnings = 0;

  constructor(options: RunOptions) {
    this.runId = options.runId ?? newRunId();
    this.progress = options.progress ?? new Progress();
    this.#warn = options.warn ?? (() => {});
  }

  /** Warnings given so far. */
  get warnings(): number {
    return this.#warnings;
  }

  readonly warn: Warn = (warning) => {
    this.#warnings++;
    if (warning.loss) this.#losses.push(warning);
    this.#warn(warning);
  };

  /** Throws StrictError when a part of the input would be lost. */
  refuseLosses(): void {
    if (this.#losses.length === 0) return;
    const lines = this.#losses.map(({ event, message }) => `${event}: ${message}`);
    throw new StrictError(
      `--strict: ${lines.length} warning(s) mean that a part of the input is left out, nothing was published; ${lines.join('; ')}`,
    );
  }
}
