import { createHash, hash } from 'node:crypto';
import { type FileSlice, SliceReader } from '@ekv/snapshot';

const LANES = 3;
/** 48 bits, which a double holds exactly. */
const LANE_BYTES = 6;
const LANE_LIMIT = 2 ** 48;

/**
 * A digest of a set of rows that does not depend on their order: the sums of three 48-bit parts of the SHA-256 of each
 * row, and their number. Two sets that differ, and were not chosen to, have the same digest with a probability of about 2^-144.
 */
export class RowFingerprint {
  readonly #sums = new Float64Array(LANES);
  #rows = 0;
  readonly #slices = new SliceReader();
  #bytes = Buffer.allocUnsafe(1 << 12);

  /** Takes a row. Of a slice the bytes are read now; see {@link close}. */
  add(key: Uint8Array, value: Uint8Array | FileSlice): void {
    if (value instanceof Uint8Array) this.#addInline(key, value);
    else this.#addSlice(key, value);
  }

  /** Closes the file of the last slice. */
  close(): void {
    this.#slices.close();
  }

  #addSlice(key: Uint8Array, slice: FileSlice): void {
    const sha256 = createHash('sha256');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32LE(key.length);
    sha256.update(length).update(key);
    this.#slices.read(slice, (bytes) => sha256.update(bytes));
    this.#take(sha256.digest('binary'));
  }

  #addInline(key: Uint8Array, value: Uint8Array): void {
    const length = 4 + key.length + value.length;
    if (length > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(length * 2);
    this.#bytes.writeUInt32LE(key.length);
    this.#bytes.set(key, 4);
    this.#bytes.set(value, 4 + key.length);
    this.#take(hash('sha256', this.#bytes.subarray(0, length), 'binary'));
  }

  equals(other: RowFingerprint): boolean {
    return this.#rows === other.#rows && this.#sums.every((sum, lane) => sum === other.#sums[lane]);
  }

  /** Rows taken. */
  get rows(): number {
    return this.#rows;
  }

  /** @param digest byte string. */
  #take(digest: string): void {
    for (let lane = 0, at = 0; lane < LANES; lane++) {
      let part = 0;
      for (const end = at + LANE_BYTES; at < end; at++) part = part * 256 + digest.charCodeAt(at);
      this.#sums[lane] = (this.#sums[lane]! + part) % LANE_LIMIT;
    }
    this.#rows++;
  }
}
