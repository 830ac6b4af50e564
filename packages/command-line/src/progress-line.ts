import { progressText } from './progress-text.ts';
import type { ProgressWatch } from './progress-watch.ts';

const FIRST_MS = 1000;
const EVERY_MS = 250;
const CLEAR = '\r\x1b[K';

/** Where a live line is shown. */
export interface Terminal {
  readonly write: (text: string) => void;
  /** As it is now: a window may change. */
  readonly columns: () => number;
}

/** One live line on a terminal, for runs longer than a second. It never wraps. */
export class ProgressLine {
  readonly #watch: ProgressWatch;
  readonly #terminal: Terminal;
  readonly #timer: NodeJS.Timeout;
  #shown = false;

  constructor(watch: ProgressWatch, terminal: Terminal) {
    this.#watch = watch;
    this.#terminal = terminal;
    this.#timer = setInterval(() => this.#show(), EVERY_MS);
    this.#timer.unref();
  }

  /** Makes room for another line. */
  clear(): void {
    if (this.#shown) this.#terminal.write(CLEAR);
    this.#shown = false;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.clear();
  }

  #show(): void {
    const view = this.#watch.look();
    if (view.elapsedMs < FIRST_MS) return;
    // A character in the last column would start a new row on some terminals.
    this.#terminal.write(`${CLEAR}${progressText(view, this.#terminal.columns() - 1)}`);
    this.#shown = true;
  }
}
