const OPEN = 0;
const COMMITTING = 1;
const STOPPED = 2;

/**
 * Decides, in shared memory, which comes first: the point from which a run cannot be taken back, or a stop from outside.
 * What an encode publishes is several files; a thread that is ended between two of them would leave a mixture.
 */
export class CommitGate {
  readonly shared: SharedArrayBuffer;
  readonly #state: Int32Array;

  /** @param shared memory of the gate of another thread. */
  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.shared = shared;
    this.#state = new Int32Array(shared);
  }

  /**
   * For the thread that works: to be called before the first step that cannot be taken back. When the run was stopped
   * before, it does not return: whoever stopped the run ends this thread.
   */
  pass(): void {
    if (Atomics.compareExchange(this.#state, 0, OPEN, COMMITTING) === STOPPED) Atomics.wait(this.#state, 0, STOPPED);
  }

  /** For the thread that watches. @returns whether it may end the working thread; else the run is about to be done. */
  stop(): boolean {
    return Atomics.compareExchange(this.#state, 0, OPEN, STOPPED) !== COMMITTING;
  }
}
