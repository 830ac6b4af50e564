import { BatchThread, type BatchWork } from '@ekv/snapshot/threads';
import type { PieceDigest } from './piece-digest.ts';

const DIGEST_BYTES = 16;
/** Pieces that can be on their way. */
const SLOTS = 6;

/** Takes the MD5 of the pieces that come. One of length 0 asks for the digest, which is then there. */
export const takeMd5: BatchWork<undefined> = (piece, length, { crypto, kept }) => {
  kept.md5 ??= crypto.createHash('md5');
  const md5 = kept.md5 as ReturnType<typeof crypto.createHash>;
  if (length > 0) {
    md5.update(piece.subarray(0, length));
    return;
  }
  piece.set(md5.digest());
  kept.md5 = undefined;
};

/**
 * MD5, taken in a thread of its own while the caller does other things with the same bytes. One digest at a time. Where no thread
 * starts, the digests are the same, taken in this one.
 */
export class Md5Thread implements PieceDigest {
  readonly #thread: BatchThread<undefined>;

  /** @param pieceBytes size of a piece. */
  constructor(pieceBytes: number) {
    const how = { does: 'takes the MD5 of large bodies', options: undefined, slots: SLOTS, slotBytes: pieceBytes };
    this.#thread = BatchThread.start(takeMd5, how);
  }

  piece(): Buffer {
    while (this.#thread.isFull) this.#takeBack();
    return this.#thread.next;
  }

  take(length: number): void {
    this.#thread.give(length);
  }

  digest(): string {
    this.piece();
    this.take(0);
    let digest = '';
    while (this.#thread.outside > 0) digest = this.#takeBack().toString('hex', 0, DIGEST_BYTES);
    return digest;
  }

  end(): void {
    this.#thread.end();
  }

  #takeBack(): Buffer {
    return this.#thread.take(() => 'a body').batch;
  }
}
