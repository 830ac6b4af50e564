import crypto from 'node:crypto';
import fs from 'node:fs';
import { Worker } from 'node:worker_threads';
import type zlib from 'node:zlib';
import { EnvironmentError } from '../errors.ts';
import { leavesDescriptors } from './free-descriptors.ts';
import {
  BatchRing,
  DONE,
  END,
  ENDED,
  GIVEN,
  GIVEN_UP,
  NOT_RUN,
  newSharedBatches,
  RING,
  RUNNING,
  START,
  STARTING,
  THREAD,
} from './shared-batches.ts';

/** A thread that is not there after so long, ms, is not waited for: the work is done here. */
const START_MS = 1000;
/** A thread that has not ended after so long, ms, hangs in a system call. */
const END_MS = 5000;

/** How often is looked whether a thread that is waited for is still there, ms. */
const LOOK_MS = 1000;

/** What {@link BatchWork} has besides its batch: it cannot import anything. */
export interface BatchContext<Options> {
  readonly fs: typeof fs;
  readonly crypto: typeof crypto;
  readonly zlib: typeof zlib;
  readonly options: Options;
  /** What it keeps from batch to batch. */
  readonly kept: Record<string, unknown>;
}

/**
 * Works on one batch, the first `length` bytes of a piece of shared memory, and leaves there what comes of it. It is sent to its
 * thread as text, so that it runs in every bundle, without a file of its own: it must name nothing outside itself, and hold no
 * function (bundlers add helpers to those). What it throws kills the thread.
 */
export type BatchWork<Options> = (batch: Buffer, length: number, context: BatchContext<Options>) => void;

export interface BatchThreadOptions<Options> {
  /** What the thread does, for its death: "writes files". */
  readonly does: string;
  /** Plain data, for the work. */
  readonly options: Options;
  /** How many batches can be on their way. */
  readonly slots: number;
  readonly slotBytes: number;
}

/** Waits for batches and works on them. It hears no event while it waits, so its end stands in the shared memory. */
const BOOT = `
const { workerData } = process.getBuiltinModule('node:worker_threads');
const { ring, shared, work, options } = workerData;
const state = new Int32Array(shared.state);
process.once('exit', () => {
  Atomics.compareExchange(state, ring.start, ring.starting, ring.notRun);
  Atomics.compareExchange(state, ring.start, ring.running, ring.ended);
  Atomics.notify(state, ring.start);
  Atomics.notify(state, ring.done);
});
const run = (0, eval)('(' + work + ')');
const fs = process.getBuiltinModule('node:fs');
try {
  state[ring.thread] = Number(fs.readlinkSync('/proc/thread-self').split('/').pop());
} catch {}
const context = {
  fs,
  crypto: process.getBuiltinModule('node:crypto'),
  get zlib() {
    return process.getBuiltinModule('node:zlib');
  },
  options,
  kept: {},
};
const slots = Array.from({ length: shared.slots }, (_, i) => Buffer.from(shared.bytes, i * shared.slotBytes, shared.slotBytes));
if (Atomics.compareExchange(state, ring.start, ring.starting, ring.running) === ring.starting) {
  Atomics.notify(state, ring.start);
  for (let batch = 0; ; batch = (batch + 1) | 0) {
    while (Atomics.load(state, ring.given) === batch && Atomics.load(state, ring.end) === 0)
      Atomics.wait(state, ring.given, batch);
    if (Atomics.load(state, ring.end) !== 0) break;
    const slot = (batch >>> 0) % shared.slots;
    if (Atomics.compareExchange(state, ring.lengths + shared.slots + slot, ring.waiting, ring.begun) === ring.waiting)
      run(slots[slot], state[ring.lengths + slot], context);
    Atomics.add(state, ring.done, 1);
    Atomics.notify(state, ring.done);
  }
}`;

/** Rings of the threads that were started last. */
let begun: BatchRing[] = [];

/** @returns false where the process gets no more threads, or none are allowed. */
function begin(ring: BatchRing, workerData: unknown): boolean {
  try {
    // What the process was started with (a loader, a debugger) is not for this thread.
    const worker = new Worker(BOOT, {
      eval: true,
      execArgv: [],
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    // Nobody listens for its end; without a listener an error of it would be one of the whole process.
    worker.on('error', () => Atomics.compareExchange(ring.state, START, STARTING, NOT_RUN));
    worker.unref();
  } catch {
    return false;
  }
  begun.push(ring);
  return true;
}

/** How many threads have not come to life yet. */
function startingThreads(): number {
  begun = begun.filter(({ state }) => Atomics.load(state, START) === STARTING);
  return begun.length;
}

/**
 * A thread that works on batches, one after the other, while the caller fills the next ones. Both block while they wait for each other, so a
 * caller that works synchronously gets on. Where no thread starts, the same work is done in the caller's.
 */
export class BatchThread<Options> {
  readonly #ring: BatchRing;
  readonly #work: BatchWork<Options>;
  readonly #context: BatchContext<Options>;
  readonly #does: string;
  #given = 0;
  #taken = 0;
  /** The first batch that may be one with which nobody has begun. */
  #untouched = 0;
  #runs = false;
  /** Whether the work is done here. */
  #isOwn = false;

  /** Does not wait for the thread: the first batches are kept for it. */
  static start<Options>(work: BatchWork<Options>, options: BatchThreadOptions<Options>): BatchThread<Options> {
    const shared = newSharedBatches(options.slots, options.slotBytes);
    const ring = new BatchRing(shared);
    const workerData = { ring: RING, shared, work: work.toString(), options: options.options };
    if (!leavesDescriptors(startingThreads()) || !begin(ring, workerData)) Atomics.store(ring.state, START, NOT_RUN);
    return new BatchThread(ring, work, options);
  }

  /** Without a thread: {@link give} does the work itself, to the same effect. */
  static here<Options>(work: BatchWork<Options>, options: BatchThreadOptions<Options>): BatchThread<Options> {
    const thread = new BatchThread(new BatchRing(newSharedBatches(options.slots, options.slotBytes)), work, options);
    thread.#isOwn = true;
    return thread;
  }

  private constructor(ring: BatchRing, work: BatchWork<Options>, { does, options }: BatchThreadOptions<Options>) {
    this.#ring = ring;
    this.#work = work;
    this.#does = does;
    this.#context = {
      fs,
      crypto,
      // Few need it, and it is not loaded for the others.
      get zlib() {
        return process.getBuiltinModule('node:zlib');
      },
      options,
      kept: {},
    };
  }

  /** Batches that were given and not taken back. */
  get outside(): number {
    return (this.#given - this.#taken) | 0;
  }

  /** Whether the next one cannot be filled now: one must be taken back before, or the thread has to come past others. */
  get isFull(): boolean {
    const { slotCount, state } = this.#ring;
    // One slot is that of the batch which was taken last.
    if (this.outside >= slotCount - 1) return true;
    // The thread still has to come past those that were done here or are not wanted.
    return !this.#isOwn && ((this.#given - Atomics.load(state, DONE)) | 0) >= slotCount;
  }

  /** What {@link take} would wait for: the thread, which may never come, or the batch. */
  get waitsFor(): 'start' | 'batch' | 'nothing' {
    const { state } = this.#ring;
    if (this.#isOwn || ((Atomics.load(state, DONE) - this.#taken) | 0) > 0) return 'nothing';
    if (this.outside > 0 && this.#ring.isDoneHere(this.#taken)) return 'nothing';
    const start = Atomics.load(state, START);
    return start === RUNNING || start === ENDED ? 'batch' : 'start';
  }

  /** Memory of the next batch, for the caller to fill; not to be asked for while {@link isFull}. */
  get next(): Buffer {
    return this.#ring.slot(this.#given);
  }

  /** Hands the next batch over: the first `length` bytes of its memory. */
  give(length: number): void {
    this.#ring.setLength(this.#given, length);
    const batch = this.#given;
    this.#given = (batch + 1) | 0;
    if (this.#isOwn) this.#doHere(batch);
    else this.#ring.advance(GIVEN);
  }

  /**
   * Does the first batch here with which nobody has begun: so the caller does not idle while it waits for another one, or for a thread
   * that has not come to life. Only for work that keeps nothing from batch to batch.
   *
   * @returns whether there was one.
   */
  help(): boolean {
    if (this.#isOwn) return false;
    if (((this.#untouched - this.#taken) | 0) < 0) this.#untouched = this.#taken;
    while (this.#untouched !== this.#given) {
      const batch = this.#untouched;
      this.#untouched = (batch + 1) | 0;
      if (!this.#ring.withdraw(batch)) continue;
      this.#doHere(batch);
      return true;
    }
    return false;
  }

  /**
   * Waits for the batch that was given first of those outside. Throws EnvironmentError when the thread has died.
   *
   * @param what is in it, for people. @returns its memory, valid until the next one is taken, and the length that was given.
   */
  take(what: (batch: Buffer) => string): { readonly batch: Buffer; readonly length: number } {
    const taken = this.#taken;
    this.#waitFor(taken, what);
    this.#taken = (taken + 1) | 0;
    return { batch: this.#ring.slot(taken), length: this.#ring.length(taken) };
  }

  /** Lets go of the batch that was given first of those outside, without a wait: nobody begins with it any more. */
  passOver(): void {
    this.#ring.withdraw(this.#taken);
    this.#taken = (this.#taken + 1) | 0;
  }

  /** Ends the thread after the batch it works on, and waits for that: then it touches nothing any more. */
  end(): void {
    const { state } = this.#ring;
    Atomics.compareExchange(state, START, STARTING, GIVEN_UP);
    Atomics.store(state, END, 1);
    Atomics.notify(state, GIVEN);
    const until = performance.now() + END_MS;
    while (Atomics.load(state, START) === RUNNING && performance.now() < until && !this.#isGone())
      Atomics.wait(state, START, RUNNING, 100);
  }

  #waitFor(batch: number, what: (batch: Buffer) => string): void {
    if (this.#isOwn || this.#ring.isDoneHere(batch)) return;
    if (!this.#startsAtAll()) return this.#doAllHere();
    const { state } = this.#ring;
    for (let done = Atomics.load(state, DONE); ((done - batch) | 0) <= 0; done = Atomics.load(state, DONE)) {
      // What was done before the end counts, so the order of these two looks matters.
      if (Atomics.load(state, START) === ENDED && Atomics.load(state, DONE) === done)
        throw this.#died(what(this.#ring.slot(batch)));
      if (Atomics.wait(state, DONE, done, LOOK_MS) === 'timed-out' && this.#isGone())
        Atomics.store(state, START, ENDED);
    }
  }

  /** A thread that is ended from outside, such as one whose memory is used up, says nothing. */
  #isGone(): boolean {
    const thread = this.#ring.state[THREAD]!;
    return thread !== 0 && !fs.existsSync(`/proc/self/task/${thread}`);
  }

  /** Waits for the thread; `false` when it does not start, and then it never will. */
  #startsAtAll(): boolean {
    if (this.#runs) return true;
    const { state } = this.#ring;
    Atomics.wait(state, START, STARTING, START_MS);
    const found = Atomics.compareExchange(state, START, STARTING, GIVEN_UP);
    this.#runs = found === RUNNING || found === ENDED;
    return this.#runs;
  }

  /** Does what the thread has not begun with, and from now on all that comes. */
  #doAllHere(): void {
    this.#isOwn = true;
    for (let batch = 0; batch !== this.#given; batch++) if (this.#ring.withdraw(batch)) this.#doHere(batch);
  }

  #doHere(batch: number): void {
    this.#work(this.#ring.slot(batch), this.#ring.length(batch), this.#context);
  }

  #died(what: string): EnvironmentError {
    return new EnvironmentError(
      `the thread that ${this.#does} has died while it worked on ${what}, most likely because the machine is out of memory; run again, with 1 for the option workers if it happens again`,
    );
  }
}
