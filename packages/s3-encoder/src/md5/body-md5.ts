import { hash } from 'node:crypto';
import { Md5Thread } from './md5-thread.ts';
import { OwnMd5, type PieceDigest } from './piece-digest.ts';

const PIECE_BYTES = 1 << 18;
/** After so many bytes of large bodies a thread of its own is worth its start. */
const THREAD_AFTER = 32 << 20;
/** Smaller bodies are done before another thread has woken up. */
const THREAD_ABOVE = 1 << 20;

/** Takes the MD5 of bodies: of small ones at once, of larger ones while they are read, in a thread when they are many bytes. */
export class BodyMd5 {
  readonly #workers: number;
  #own: OwnMd5 | undefined;
  #thread: Md5Thread | undefined;
  #last: BodyDigest | undefined;
  #bytes = 0;

  /** @param workers threads that may work, the caller's included. */
  constructor(workers = 2) {
    this.#workers = workers;
  }

  /** Hex digits. */
  of(body: Uint8Array): string {
    return hash('md5', body, 'hex');
  }

  /** Starts on a body that comes in pieces; one that was given up halfway is over. @param size of it in bytes, about. */
  begin(size: number): BodyDigest {
    this.#last?.drop();
    this.#bytes += size;
    this.#last = new BodyDigest(this.#threadFor(size) ?? this.#ownDigest());
    return this.#last;
  }

  /** Ends the thread, if there is one. */
  close(): void {
    this.#thread?.end();
    this.#thread = undefined;
  }

  #threadFor(size: number): Md5Thread | undefined {
    if (this.#workers === 1 || size < THREAD_ABOVE || this.#bytes < THREAD_AFTER) return undefined;
    this.#thread ??= new Md5Thread(PIECE_BYTES);
    return this.#thread;
  }

  #ownDigest(): OwnMd5 {
    this.#own ??= new OwnMd5(Buffer.allocUnsafeSlow(PIECE_BYTES));
    return this.#own;
  }
}

/** The MD5 of one body. */
export class BodyDigest {
  readonly #pieces: PieceDigest;
  #isOpen = true;

  constructor(pieces: PieceDigest) {
    this.#pieces = pieces;
  }

  readonly take = (bytes: Buffer): void => {
    for (let done = 0; done < bytes.length; ) {
      const copied = bytes.copy(this.#pieces.piece(), 0, done);
      this.#pieces.take(copied);
      done += copied;
    }
  };

  /** Hex digits. To be called once, after the last piece. */
  hex(): string {
    this.#isOpen = false;
    return this.#pieces.digest();
  }

  /** Of a body that was given up: its bytes count for no other one. */
  drop(): void {
    if (this.#isOpen) this.hex();
  }
}
