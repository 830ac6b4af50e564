import type { Steps } from '../sort/steps.ts';

/** Work goes on for that long before others get their turn, ms. */
const SLICE_MS = 5;

/** Divides synchronous work into slices, between which the event loop runs. Throws the signal's reason once it is aborted. */
export class Pace {
  readonly #signal: AbortSignal | undefined;
  readonly #onRest: () => void;
  #until = performance.now() + SLICE_MS;

  /** @param onRest is called before others get their turn. */
  constructor(signal: AbortSignal | undefined, onRest: () => void) {
    this.#signal = signal;
    this.#onRest = onRest;
    signal?.throwIfAborted();
  }

  /** Whether it is time for {@link rest}. */
  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Lets the event loop run. */
  async rest(): Promise<void> {
    this.#onRest();
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#signal?.throwIfAborted();
    this.#until = performance.now() + SLICE_MS;
  }

  /** Does all steps, as many in a slice as fit. */
  async finish<T>(steps: Steps<T>): Promise<T> {
    try {
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
        if (this.isOver) await this.rest();
      }
    } finally {
      steps.return(undefined as T);
    }
  }
}
