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

  /** What comes of a source, until the signal ends the work: a source that nothing comes of does not hold it up. */
  untilAborted<T>(source: AsyncIterable<T>): AsyncIterable<T> {
    return this.#signal === undefined ? source : { [Symbol.asyncIterator]: () => abortable(source, this.#signal!) };
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

/** As the iterator of the source; a step that is waited for fails with the signal's reason once that is aborted. */
function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const step = async () => iterator.next();
  const leave = async () => iterator.return?.();
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const onAbort = () => {
          reject(signal.reason);
          // It may never answer, so nobody waits for it; how it fails tells nothing new.
          leave().catch(() => {});
        };
        if (signal.aborted) return onAbort();
        signal.addEventListener('abort', onAbort, { once: true });
        step()
          .finally(() => signal.removeEventListener('abort', onAbort))
          .then(resolve, reject);
      }),
    return: async () => (await leave()) ?? { done: true, value: undefined },
  };
}
