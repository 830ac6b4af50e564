import { Worker } from 'node:worker_threads';
import { EnvironmentError } from '@ekv/snapshot';
import { takeMd5 } from './md5-worker.ts';
import { OwnMd5, type PieceDigest } from './piece-digest.ts';
import {
  DONE,
  END,
  FAILED,
  GIVEN_UP,
  newSharedPieces,
  PieceRing,
  RING,
  RUNNING,
  START,
  STARTING,
  TAKEN,
} from './shared-pieces.ts';

/** A thread that is not there after so long, ms, is not waited for: the digests are taken here. */
const START_MS = 1000;
/** A thread that does nothing for so many waits of a second has died; a process that sleeps loses one wait, not all. */
const IDLE_WAITS = 60;

/** Runs a program that comes as text. The other thread hears no event while it waits, so the end stands in the shared memory. */
const BOOT = `
const { workerData } = process.getBuiltinModule('node:worker_threads');
process.once('exit', () => {
  const state = new Int32Array(workerData.shared.state);
  Atomics.store(state, ${START}, ${FAILED});
  Atomics.notify(state, ${START});
  Atomics.notify(state, ${DONE});
});
(0, eval)('(' + workerData.program + ')')(workerData.ring, workerData.shared);`;

/**
 * MD5, taken in a thread of its own while the caller does other things with the same bytes. One digest at a time. Where no thread
 * starts, the digests are the same, taken in this one.
 */
export class Md5Thread implements PieceDigest {
  readonly #ring: PieceRing;
  #taken = 0;
  #runs = false;
  /** Takes the digests when there is no thread. */
  #own: OwnMd5 | undefined;

  /**
   * Does not wait for the thread: the first pieces are kept for it.
   *
   * @param pieceBytes size of a piece. @param program of the thread, as text.
   */
  static start(pieceBytes: number, program: string = takeMd5.toString()): Md5Thread {
    const shared = newSharedPieces(pieceBytes);
    const ring = new PieceRing(shared);
    try {
      const worker = new Worker(BOOT, {
        eval: true,
        // What the process was started with (a loader, a debugger) is not for this thread.
        execArgv: [],
        workerData: { program, ring: RING, shared },
        resourceLimits: { maxYoungGenerationSizeMb: 2 },
      });
      // Nobody listens for its end; without a listener an error of it would be one of the whole process.
      worker.on('error', () => Atomics.compareExchange(ring.state, START, STARTING, FAILED));
      worker.unref();
    } catch {
      // No more threads, or none are allowed.
      Atomics.store(ring.state, START, FAILED);
    }
    return new Md5Thread(ring);
  }

  private constructor(ring: PieceRing) {
    this.#ring = ring;
  }

  piece(): Buffer {
    // Until the ring is full the thread has time to start.
    if (this.#own !== undefined || (this.#taken >= this.#ring.slots && !this.#hasStarted())) return this.#instead();
    this.#waitFor((this.#taken - this.#ring.slots + 1) | 0);
    return this.#ring.slot(this.#taken);
  }

  take(length: number): void {
    if (this.#own !== undefined) return this.#own.take(length);
    this.#ring.setLength(this.#taken, length);
    this.#taken = (this.#taken + 1) | 0;
    this.#ring.advance(TAKEN);
  }

  digest(): string {
    if (this.#own !== undefined || !this.#hasStarted()) {
      this.#instead();
      return this.#own!.digest();
    }
    this.piece();
    this.take(0);
    this.#waitFor(this.#taken);
    return this.#ring.digest.toString('hex');
  }

  end(): void {
    Atomics.store(this.#ring.state, END, 1);
    Atomics.notify(this.#ring.state, TAKEN);
  }

  /** Waits for the thread; `false` when it does not start, and then it never will. */
  #hasStarted(): boolean {
    if (this.#runs) return true;
    const { state } = this.#ring;
    if (Atomics.load(state, START) === STARTING) {
      Atomics.wait(state, START, STARTING, START_MS);
      Atomics.compareExchange(state, START, STARTING, GIVEN_UP);
    }
    this.#runs = Atomics.load(state, START) === RUNNING;
    return this.#runs;
  }

  /** Takes what the thread has not begun with, and all that comes, here. @returns where the next piece is written. */
  #instead(): Buffer {
    this.#own ??= this.#ownFromTheFirstPiece();
    return this.#own.piece();
  }

  #ownFromTheFirstPiece(): OwnMd5 {
    const own = new OwnMd5(this.#ring.slot(0));
    for (let piece = 0; piece < this.#taken; piece++)
      own.add(this.#ring.slot(piece).subarray(0, this.#ring.length(piece)));
    return own;
  }

  /** Waits until so many pieces were read. Counters wrap around. */
  #waitFor(pieces: number): void {
    const { state } = this.#ring;
    let idle = 0;
    for (let done = Atomics.load(state, DONE); ((done - pieces) | 0) < 0; ) {
      Atomics.wait(state, DONE, done, 1000);
      const now = Atomics.load(state, DONE);
      idle = now === done ? idle + 1 : 0;
      if (idle === IDLE_WAITS || (idle > 0 && Atomics.load(state, START) === FAILED))
        throw new EnvironmentError('the thread that takes the MD5 of large bodies has died; run it again');
      done = now;
    }
  }
}
