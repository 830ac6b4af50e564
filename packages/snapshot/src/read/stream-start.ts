import { readSync } from 'node:fs';
import { environmentError } from '../errors.ts';
import type { HeaderBytes } from '../format/container.ts';

/** More than both headers of a snapshot and what is looked at after them. */
const CAPACITY = 1 << 12;
/** Of what is left no more is looked at than is needed to know an empty state, or a state of 12 bytes. */
const LOOK_AHEAD = 13;
const PAUSE_MS = 5;

/** Bytes that come one after the other and cannot be gone back to, such as those of a pipe. */
export interface ByteStream {
  /** Name for people. */
  readonly name: string;
  /** Fills a part of `into` from its start on. @returns how many bytes; 0 at the end alone. Throws EnvironmentError. */
  read(into: Buffer): number;
}

/** The beginning of input that can be read only once: no more is read than is asked for. */
export class StreamStart implements HeaderBytes {
  readonly #stream: ByteStream;
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(CAPACITY);
  #filled = 0;
  #isEnded = false;
  at = 0;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** All bytes that were read. */
  get read(): Buffer {
    return this.bytes.subarray(0, this.#filled);
  }

  get offset(): number {
    return this.at;
  }

  /** Exact below {@link LOOK_AHEAD}, else at least that. */
  get left(): number {
    this.need(LOOK_AHEAD);
    return this.#filled - this.at;
  }

  need(length: number): boolean {
    while (this.#filled - this.at < length && !this.#isEnded) {
      const read = this.#stream.read(this.bytes.subarray(this.#filled));
      this.#filled += read;
      this.#isEnded = read === 0;
    }
    return this.#filled - this.at >= length;
  }
}

/** The next bytes of a pipe, or of another input that has no places; 0 at its end. */
export function readStream(fd: number, into: Uint8Array, name: string): number {
  for (;;) {
    try {
      return readSync(fd, into, 0, into.length, null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EOF') return 0;
      // A non-blocking pipe without data yet.
      if (code !== 'EAGAIN') throw environmentError(error, 'read', name);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}
