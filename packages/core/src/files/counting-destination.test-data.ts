import type { ByteSink } from '@ekv/snapshot';

/** A destination that counts, keeps what it got, and fails when it is full. */
export class CountingDestination implements ByteSink {
  readonly #room: number;
  readonly #pieces: Buffer[] = [];
  writes = 0;
  length = 0;

  /** @param room bytes that fit. */
  constructor(room = Number.POSITIVE_INFINITY) {
    this.#room = room;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  write(bytes: Uint8Array): void {
    this.writes++;
    const taken = Buffer.from(bytes.subarray(0, this.#room - this.length));
    this.#pieces.push(taken);
    this.length += taken.length;
    if (taken.length < bytes.length) throw new Error('the destination is full');
  }
}
