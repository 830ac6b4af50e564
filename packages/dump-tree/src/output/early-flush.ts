import { Worker } from 'node:worker_threads';
import { leavesDescriptors } from '@ekv/snapshot/threads';

/** A flush begins when about so many bytes were written since the last one began. */
const WORTH_BYTES = 64 << 20;
/** What a file costs besides its content: blocks, an inode, an entry of its folder. */
const FILE_COST = 4096;

/** A flush that still goes on so long after the one at the end, ms, is waited for no more: its thread is gone. */
const PATIENCE_MS = 60_000;

/** The order to flush: one of the four below. */
const ORDER = 0;
/** Set when a flush has failed. */
const FAILED = 1;

const NONE = 0;
const GIVEN = 1;
const TAKEN_UP = 2;
/** The thread must not begin. */
const WITHDRAWN = 3;

/**
 * Waits for orders, one at a time, and runs the program. While it waits its event loop runs, so it can be ended at any time; the program
 * may then go on by itself.
 */
const BOOT = `
const { workerData, parentPort } = process.getBuiltinModule('node:worker_threads');
const { spawn } = process.getBuiltinModule('node:child_process');
const state = new Int32Array(workerData.state);
const end = (failed) => {
  if (failed) Atomics.store(state, ${FAILED}, 1);
  Atomics.store(state, ${ORDER}, ${NONE});
  Atomics.notify(state, ${ORDER});
};
process.once('exit', () => Atomics.load(state, ${ORDER}) === ${TAKEN_UP} && end(true));
parentPort.on('message', () => {
  if (Atomics.compareExchange(state, ${ORDER}, ${GIVEN}, ${TAKEN_UP}) !== ${GIVEN}) return end(false);
  const child = spawn('sync', ['-f', workerData.path], { stdio: 'ignore' });
  child.once('error', () => end(true));
  child.once('exit', (code) => end(code !== 0));
});`;

/**
 * Brings what was written to the disk while more is written, so that the flush at the end has little left to do. That one still decides: see
 * `flushTree`. Linux, where the program `sync` returns when the disk has all; elsewhere it does nothing.
 */
export class EarlyFlush {
  readonly #path: string;
  readonly #state = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
  #worker: Worker | undefined;
  #waiting = 0;

  /** @param path of a folder of the file system. */
  constructor(path: string) {
    this.#path = path;
  }

  /** To be called for each file; begins a flush when it is worth it and none is going on. */
  wrote(bytes: number): void {
    this.#waiting += bytes + FILE_COST;
    if (this.#waiting >= WORTH_BYTES && this.#isIdle && process.platform === 'linux') this.#begin();
  }

  /**
   * Waits for the flush that is going on, to be called after the one at the end: what was not begun until then is not needed any more.
   *
   * @returns whether all went well. What the disk refused is told once, so a later flush of the whole file system does not hear of it.
   */
  hasSucceeded(): boolean {
    const state = this.#state;
    if (Atomics.compareExchange(state, ORDER, GIVEN, WITHDRAWN) === TAKEN_UP)
      Atomics.wait(state, ORDER, TAKEN_UP, PATIENCE_MS);
    return Atomics.load(state, ORDER) !== TAKEN_UP && Atomics.load(state, FAILED) === 0;
  }

  /** Waits for nothing. */
  close(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  get #isIdle(): boolean {
    return Atomics.load(this.#state, ORDER) === NONE;
  }

  #begin(): void {
    this.#waiting = 0;
    if (this.#worker === undefined && !leavesDescriptors(0)) return;
    try {
      this.#worker ??= this.#start();
    } catch {
      // The machine gives no thread: then the flush at the end has all to do.
      return;
    }
    Atomics.store(this.#state, ORDER, GIVEN);
    this.#worker.postMessage('flush');
  }

  #start(): Worker {
    const workerData = { state: this.#state.buffer, path: this.#path };
    const resourceLimits = { maxYoungGenerationSizeMb: 2 };
    const worker = new Worker(BOOT, { eval: true, execArgv: [], workerData, resourceLimits });
    // Nobody listens for its end; without a listener an error of it would be one of the whole process.
    worker.on('error', () => {});
    worker.unref();
    return worker;
  }
}
