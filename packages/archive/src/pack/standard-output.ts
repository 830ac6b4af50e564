import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { type ByteSink, EnvironmentError, environmentError } from '@ekv/snapshot';

const STANDARD_OUTPUT = 1;
const PAUSE_MS = 1;

/**
 * Standard output as a sink whose calls wait for the reader. The descriptor itself may be one that does not wait: Node makes pipes so.
 *
 */
export class StandardOutput implements ByteSink {
  readonly holdsBlocks = 'during the call';
  readonly #fd: number;

  constructor() {
    this.#fd = waitingCopy() ?? STANDARD_OUTPUT;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at += this.#some(bytes, at);
  }

  close(): void {
    if (this.#fd !== STANDARD_OUTPUT) closeSync(this.#fd);
  }

  #some(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#fd, bytes, at, bytes.length - at, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') throw new ReaderGoneError('whoever read standard output has ended', { cause: error });
      if (code !== 'EAGAIN') throw environmentError(error, 'write to', 'standard output');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      return 0;
    }
  }
}

/** Nobody reads standard output any more. */
export class ReaderGoneError extends EnvironmentError {
  static override readonly brand: string = 'ReaderGoneError';
}

/** A pipe that is opened anew has flags of its own. */
function waitingCopy(): number | undefined {
  if (process.platform !== 'linux' || !fstatSync(STANDARD_OUTPUT).isFIFO()) return undefined;
  try {
    return openSync(`/proc/self/fd/${STANDARD_OUTPUT}`, constants.O_WRONLY);
  } catch {
    return undefined;
  }
}
