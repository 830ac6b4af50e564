import type { Warn, Warning } from '@ekv/snapshot';
import { DataError, fewOf } from '@ekv/snapshot';
import { newRunId } from '@ekv/snapshot/publish';
import { CommitGate } from './commit-gate.ts';
import { Progress } from './progress.ts';
import { givenWorkers } from './workers.ts';

/** What every run of core takes beside its request. */
export interface RunOptions {
  /** Gets what the operator should know. */
  readonly warn?: Warn | undefined;
  readonly progress?: Progress | undefined;
  /**
   * 16 lower-case hex digits that the names of all temporary files hold, so that they can be found and removed when the
   * thread that works is stopped. Default: random.
   */
  readonly runId?: string | undefined;
  /** Keeps a stop from outside from coming between the steps of publishing. */
  readonly gate?: CommitGate | undefined;
  /**
   * Threads that work, 1 to 256, the calling one included. What comes of a run does not depend on it. Default: one per available
   * core. Anything else is a UsageError.
   */
  readonly workers?: number | undefined;
}

export { newRunId };

/** Warnings that an error names; all of them were given before. */
const SHOWN_WARNINGS = 8;

/** The run was strict, and input was left out or is not to be trusted. */
export class StrictError extends DataError {
  static override readonly brand: string = 'StrictError';
}

/** One run's warnings, counters and temporary names. */
export class Run {
  readonly runId: string;
  readonly progress: Progress;
  readonly gate: CommitGate;
  /** Threads that work, the calling one included. */
  readonly workers: number;
  readonly #warn: Warn;
  /** What a strict run refuses. */
  readonly #refusable: Warning[] = [];
  #warnings = 0;

  constructor(options: RunOptions) {
    this.runId = options.runId ?? newRunId();
    if (!/^[0-9a-f]{16}$/.test(this.runId)) {
      throw new RangeError(`a run id is 16 lower-case hex digits, not "${this.runId}"`);
    }
    this.progress = options.progress ?? new Progress();
    this.gate = options.gate ?? new CommitGate();
    this.workers = givenWorkers(options.workers);
    this.#warn = options.warn ?? (() => {});
  }

  /** Warnings given so far. */
  get warnings(): number {
    return this.#warnings;
  }

  readonly warn: Warn = (warning) => {
    this.#warnings++;
    if (warning.loss || warning.doubt) this.#refusable.push(warning);
    this.#warn(warning);
  };

  /** Throws StrictError when a part of the input would be lost, or what is published could not be trusted or used. */
  refuseLossAndDoubt(): void {
    if (this.#refusable.length === 0) return;
    const shown = this.#refusable.slice(0, SHOWN_WARNINGS).map(({ event, message }) => `${event}: ${message}`);
    throw new StrictError(
      `--strict: ${this.#refusable.some(({ loss }) => loss) ? 'a part of the input would be left out' : 'the input contradicts itself, or could not be used'}, nothing was published: ${fewOf(shown, this.#refusable.length, '; ')}`,
    );
  }
}
