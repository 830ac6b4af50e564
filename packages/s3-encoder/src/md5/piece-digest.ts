import { createHash } from 'node:crypto';

/** Takes a digest of bytes that come in pieces. */
export interface PieceDigest {
  /** Where the caller writes the next piece. */
  piece(): Buffer;
  /** Takes the first `length` bytes of that piece; they may still be read until the next one is asked for, not changed. */
  take(length: number): void;
  /** Hex digits. The next piece starts a new digest. */
  digest(): string;
}

/** MD5, taken in this thread. */
export class OwnMd5 implements PieceDigest {
  readonly #block: Buffer;
  #hash = createHash('md5');

  /** @param block where all pieces are written. */
  constructor(block: Buffer) {
    this.#block = block;
  }

  piece(): Buffer {
    return this.#block;
  }

  take(length: number): void {
    this.add(this.#block.subarray(0, length));
  }

  /** Takes bytes that lie somewhere else. */
  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  digest(): string {
    const digest = this.#hash.digest('hex');
    this.#hash = createHash('md5');
    return digest;
  }
}
