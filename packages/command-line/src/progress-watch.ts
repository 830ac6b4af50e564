import type { Progress } from '@ekv/core/run-control';

/** How far a run is. */
export interface ProgressView {
  readonly phase: string;
  readonly records: number;
  readonly bytes: number;
  /** Of the phase, 0 to 99; `undefined` when its size is not known. */
  readonly percent: number | undefined;
  /** Records a second in this phase; `undefined` while it is too young to tell. */
  readonly perSecond: number | undefined;
  /** Until the phase ends, by what it took so far, ms. */
  readonly leftMs: number | undefined;
  /** Of the whole run, ms. */
  readonly elapsedMs: number;
}

/** A phase must be that old before it is judged, ms. */
const YOUNG_MS = 1000;
/** A longer time between two looks is one in which the process, or the machine, did not run, ms. */
const GAP_MS = 5000;

/** Looks at the counters of a run again and again, and knows how long each phase has really worked. */
export class ProgressWatch {
  readonly #progress: Progress;
  readonly #now: () => number;
  readonly #start: number;
  #last: number;
  #phase = '';
  #workedMs = 0;
  #wasStopped = false;

  /** @param now gives a time that never goes back, ms. */
  constructor(progress: Progress, now = () => performance.now()) {
    this.#progress = progress;
    this.#now = now;
    this.#start = this.#last = now();
  }

  /** The process goes on after it was stopped: the time since the last look was no work. */
  resumed(): void {
    this.#wasStopped = true;
  }

  look(): ProgressView {
    const now = this.#now();
    const passed = now - this.#last;
    const { phase, records, bytes, total, done } = this.#progress;
    if (phase !== this.#phase) {
      this.#phase = phase;
      this.#workedMs = 0;
    } else if (!this.#wasStopped && passed <= GAP_MS) this.#workedMs += passed;
    this.#last = now;
    this.#wasStopped = false;
    const isOld = this.#workedMs >= YOUNG_MS;
    return {
      phase,
      records,
      bytes,
      percent: total > 0 ? Math.min(99, Math.floor((100 * done) / total)) : undefined,
      perSecond: isOld && records > 0 ? (1000 * records) / this.#workedMs : undefined,
      leftMs: isOld && done > 0 && done < total ? (this.#workedMs * (total - done)) / done : undefined,
      elapsedMs: now - this.#start,
    };
  }
}
