import { createHash, type Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { type FileSlice, SliceReader } from '@ekv/snapshot';

/** Bytes that are read at once. */
const TURN_BYTES = 1 << 20;

/** Takes the MD5 of slices of files; the event loop gets its turn after each MiB. */
export class SliceMd5 {
  readonly #reader = new SliceReader();

  /** Hex digits; a promise only where there is something to wait for. Throws EnvironmentError, and DataError for a file that changed. */
  of(slice: FileSlice): string | Promise<string> {
    const md5 = createHash('md5');
    if (slice.length > TURN_BYTES) return this.#ofLarge(slice, md5);
    this.#feed(slice, md5);
    return md5.digest('hex');
  }

  /** Lets go of the file that was read last. */
  close(): void {
    this.#reader.close();
  }

  async #ofLarge(slice: FileSlice, md5: Hash): Promise<string> {
    for (let done = 0; done < slice.length; done += TURN_BYTES) {
      const length = Math.min(TURN_BYTES, slice.length - done);
      this.#feed({ ...slice, offset: slice.offset + done, length }, md5);
      await setImmediate();
    }
    return md5.digest('hex');
  }

  #feed(slice: FileSlice, md5: Hash): void {
    this.#reader.read(slice, (piece) => void md5.update(piece));
  }
}
