/** Batches that one thread fills and another one works on, in a ring of shared memory. */

/** What has become of the other thread: one of the five states below. */
export const START = 0;
/** Batches handed over so far. Counters wrap around. */
export const GIVEN = 1;
/** Batches worked on so far, or passed over because they were withdrawn. */
export const DONE = 2;
/** Set to end the other thread, after the batch that it works on. */
export const END = 3;
/** Number of the other thread among those of the process, where the system has one; else 0. */
export const THREAD = 4;
const LENGTHS = 5;

/** Of a batch that was handed over: nobody has begun with it, the other thread has, or it was done by the thread that filled it. */
const WAITING = 0;
const BEGUN = 1;
const DONE_HERE = 2;

export const STARTING = 0;
export const RUNNING = 1;
/** It could not run. */
export const NOT_RUN = 2;
/** The thread that fills waits for it no more: it must not begin. */
export const GIVEN_UP = 3;
/** It has run, and has ended. */
export const ENDED = 4;

export interface SharedBatches {
  readonly slots: number;
  readonly slotBytes: number;
  readonly state: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

/** Where what lies, for the text of the other thread. */
export const RING = {
  start: START,
  given: GIVEN,
  done: DONE,
  end: END,
  thread: THREAD,
  lengths: LENGTHS,
  waiting: WAITING,
  begun: BEGUN,
  starting: STARTING,
  running: RUNNING,
  notRun: NOT_RUN,
  ended: ENDED,
} as const;

export function newSharedBatches(slots: number, slotBytes: number): SharedBatches {
  return {
    slots,
    slotBytes,
    // A length for each slot, and what has become of its batch.
    state: new SharedArrayBuffer((LENGTHS + 2 * slots) * 4),
    bytes: new SharedArrayBuffer(slots * slotBytes),
  };
}

/** The memory as the thread sees it that fills the batches. */
export class BatchRing {
  readonly state: Int32Array;
  readonly #slots: readonly Buffer[];

  constructor({ state, bytes, slots, slotBytes }: SharedBatches) {
    this.state = new Int32Array(state);
    this.#slots = Array.from({ length: slots }, (_, i) => Buffer.from(bytes, i * slotBytes, slotBytes));
  }

  get slotCount(): number {
    return this.#slots.length;
  }

  slot(batch: number): Buffer {
    return this.#slots[this.#at(batch)]!;
  }

  length(batch: number): number {
    return this.state[LENGTHS + this.#at(batch)]!;
  }

  /** To be called before a batch is handed over. */
  setLength(batch: number, length: number): void {
    this.state[LENGTHS + this.#at(batch)] = length;
    Atomics.store(this.state, this.#fate(batch), WAITING);
  }

  /** Takes a batch back with which the other thread has not begun, to do it here. @returns whether it was such a one. */
  withdraw(batch: number): boolean {
    return Atomics.compareExchange(this.state, this.#fate(batch), WAITING, DONE_HERE) === WAITING;
  }

  isDoneHere(batch: number): boolean {
    return Atomics.load(this.state, this.#fate(batch)) === DONE_HERE;
  }

  /** Adds one to a counter and wakes the other thread. */
  advance(counter: number): void {
    Atomics.add(this.state, counter, 1);
    Atomics.notify(this.state, counter);
  }

  #fate(batch: number): number {
    return LENGTHS + this.#slots.length + this.#at(batch);
  }

  #at(batch: number): number {
    return (batch >>> 0) % this.#slots.length;
  }
}
