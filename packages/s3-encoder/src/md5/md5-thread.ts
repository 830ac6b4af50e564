import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PieceDigest } from './piece-digest.ts';
import { DONE, END, newSharedPieces, PieceRing, READY, TAKEN } from './shared-pieces.ts';

const START_MS = 10_000;

/** MD5, taken in a thread of its own while the caller does other things with the same bytes. One digest at a time. */
export class Md5Thread implements PieceDigest {
  readonly #ring: PieceRing;
  #taken = 0;

  /**
   * `undefined` when the thread does not start, as in a bundle, which has no file for it.
   *
   * @param pieceBytes size of a piece. @param source of the thread.
   */
  static start(pieceBytes: number, source: URL | undefined = workerSource()): Md5Thread | undefined {
    if (source === undefined || !isThere(source)) return undefined;
    const shared = newSharedPieces(pieceBytes);
    const ring = new PieceRing(shared);
    new Worker(source, { workerData: shared, resourceLimits: { maxYoungGenerationSizeMb: 2 } }).unref();
    return Atomics.wait(ring.state, READY, 0, START_MS) === 'timed-out' ? undefined : new Md5Thread(ring);
  }

  private constructor(ring: PieceRing) {
    this.#ring = ring;
  }

  piece(): Buffer {
    this.#waitFor((this.#taken - this.#ring.slots + 1) | 0);
    return this.#ring.slot(this.#taken);
  }

  take(length: number): void {
    this.#ring.setLength(this.#taken, length);
    this.#taken = (this.#taken + 1) | 0;
    this.#ring.advance(TAKEN);
  }

  digest(): string {
    this.piece();
    this.take(0);
    this.#waitFor(this.#taken);
    return this.#ring.digest.toString('hex');
  }

  end(): void {
    Atomics.store(this.#ring.state, END, 1);
    Atomics.notify(this.#ring.state, TAKEN);
  }

  /** Waits until so many pieces were read. Counters wrap around. */
  #waitFor(pieces: number): void {
    const { state } = this.#ring;
    for (let done = Atomics.load(state, DONE); ((done - pieces) | 0) < 0; done = Atomics.load(state, DONE))
      Atomics.wait(state, DONE, done);
  }
}

function isThere(program: URL): boolean {
  try {
    createRequire(program).resolve(fileURLToPath(program));
    return true;
  } catch {
    return false;
  }
}

/** It stands beside this file, in the language of this file. Bundles of the CommonJS kind do not know where they are. */
function workerSource(): URL | undefined {
  const here: string | undefined = import.meta.url;
  return here === undefined ? undefined : new URL(`./md5-worker${here.slice(-3)}`, here);
}
