/** Pieces that one thread writes and another one reads, in a ring of shared memory. */

const SLOTS = 4;
const DIGEST_BYTES = 16;

/** Set by the reading thread when it has started. */
export const READY = 0;
/** Pieces handed over so far. */
export const TAKEN = 1;
/** Pieces read so far. */
export const DONE = 2;
/** Set to end the reading thread. */
export const END = 3;
const LENGTHS = 4;

export interface SharedPieces {
  readonly pieceBytes: number;
  readonly state: SharedArrayBuffer;
  readonly bytes: SharedArrayBuffer;
}

export function newSharedPieces(pieceBytes: number): SharedPieces {
  return {
    pieceBytes,
    state: new SharedArrayBuffer((LENGTHS + SLOTS) * 4),
    bytes: new SharedArrayBuffer(SLOTS * pieceBytes + DIGEST_BYTES),
  };
}

/** The memory as one of the two threads sees it. */
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
