import type { ProgressView, ProgressWatch } from './progress-watch.ts';

const LOOK_MS = 1000;

/** A line of its own every few seconds, for logs and for terminals that cannot move the cursor. */
export class ProgressLines {
  readonly #timer: NodeJS.Timeout;

  /** @param everyMs Infinity: the run is watched, and nothing is said. */
  constructor(watch: ProgressWatch, everyMs: number, say: (view: ProgressView) => void) {
    let next = everyMs;
    // Looked at more often than told, so that a time in which the process was stopped shows.
    this.#timer = setInterval(
      () => {
        const view = watch.look();
        if (view.elapsedMs < next) return;
        next = view.elapsedMs + everyMs - (view.elapsedMs % everyMs);
        say(view);
      },
      Math.min(LOOK_MS, everyMs),
    );
    this.#timer.unref();
  }

  clear(): void {}

  stop(): void {
    clearInterval(this.#timer);
  }
}
