import type { InflateRaw, ZstdDecompress } from 'minizlib';

/** What the decompressors are made with: bytes of a piece of output. Each is given a copy, since it writes into it. */
export const AT_ONCE: { readonly async: false; readonly chunkSize: number } = { async: false, chunkSize: 1 << 17 };

/** Hands input to a decompressor of minizlib, which works at once, and keeps what comes out until it is taken. */
export class SyncInflater {
  readonly #stream: InflateRaw | ZstdDecompress;
  #pieces: Buffer[] = [];
  #taken = 0;
  #reason: string | undefined;

  constructor(stream: InflateRaw | ZstdDecompress) {
    this.#stream = stream;
    stream.on('data', (piece: Buffer) => this.#pieces.push(piece));
    stream.on('error', (error: unknown) => {
      this.#reason = (error as Error).message.replace(/^zlib: /, '');
    });
  }

  /** What the decompressor found wrong with its input; nothing more can be put in then. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** @returns how many of the bytes were used; fewer than given only after the end of the data. */
  put(bytes: Buffer): number {
    this.#stream.write(bytes);
    // The handle is gone after an error.
    return this.#stream.handle?.bytesWritten ?? 0;
  }

  take(): Buffer | undefined {
    const piece = this.#pieces[this.#taken++];
    if (piece === undefined) {
      this.#pieces = [];
      this.#taken = 0;
    }
    return piece;
  }

  close(): void {
    if (this.#reason === undefined) this.#stream.close();
    this.#pieces = [];
    this.#taken = 0;
  }
}
