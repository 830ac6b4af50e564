/** Pieces that one thread writes and another one reads, in a ring of shared memory. */

const SLOTS = 4;
const DIGEST_BYTES = 16;

/** What has become of the reading thread: one of the four states below. */
export const START = 0;
/** Pieces handed over so far. */
export const TAKEN = 1;
/** Pieces read so far. */
export const DONE = 2;
/** Set to end the reading thread. */
export const END = 3;
const LENGTHS = 4;

export const STARTING = 0;
export const RUNNING = 1;
/** It could not run, or has ended. */
export const FAILED = 2;
/** The writing thread waits for it no more: it must not begin. */
export const GIVEN_UP = 3;

export interface SharedPieces {
  readonly pieceBytes: number;
  readonly state: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

/** Where what lies, for a program that cannot import this file. */
export const RING = {
  start: START,
  taken: TAKEN,
  done: DONE,
  end: END,
  lengths: LENGTHS,
  starting: STARTING,
  running: RUNNING,
  slots: SLOTS,
} as const;

export function newSharedPieces(pieceBytes: number): SharedPieces {
  return {
    pieceBytes,
    state: new SharedArrayBuffer((LENGTHS + SLOTS) * 4),
    bytes: new SharedArrayBuffer(SLOTS * pieceBytes + DIGEST_BYTES),
  };
}

/** The memory as the writing thread sees it. */
export class PieceRing {
  readonly state: Int32Array;
  /** A piece of length 0 asks for the digest, which is then here. */
  readonly digest: Buffer;
  readonly #slots: readonly Buffer[];

  constructor({ state, bytes, pieceBytes }: SharedPieces) {
    this.state = new Int32Array(state);
    this.#slots = Array.from({ length: SLOTS }, (_, i) => Buffer.from(bytes, i * pieceBytes, pieceBytes));
    this.digest = Buffer.from(bytes, SLOTS * pieceBytes, DIGEST_BYTES);
  }

  get slots(): number {
    return SLOTS;
  }

  slot(piece: number): Buffer {
    return this.#slots[(piece >>> 0) % SLOTS]!;
  }

  length(piece: number): number {
    return this.state[LENGTHS + ((piece >>> 0) % SLOTS)]!;
  }

  setLength(piece: number, length: number): void {
    this.state[LENGTHS + ((piece >>> 0) % SLOTS)] = length;
  }

  /** Adds one to a counter and wakes the other thread. */
  advance(counter: number): void {
    Atomics.add(this.state, counter, 1);
    Atomics.notify(this.state, counter);
  }
}
