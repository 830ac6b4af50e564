import { TableError } from './table-error.ts';
import { Varints } from './varint.ts';

const U32_BYTES = 4;

/**
 * Walks over the entries of a block. Of a key only what differs from the one before stands there; {@link BlockKey} puts it together.
 *
 * Indexes point into `bytes`.
 */
export class BlockEntries {
  readonly #varints = new Varints();
  #end = 0;
  bytes: Buffer = Buffer.alloc(0);
  /** How many bytes the key shares with the one before; 0 for the first of the block. */
  shared = 0;
  /** The rest of the key. */
  keyStart = 0;
  keyEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  /** Begins with the block `bytes[start, end)`. Throws TableError. */
  begin(bytes: Buffer, start: number, end: number): void {
    if (end - start < 2 * U32_BYTES) throw new TableError(`it is too short for a block: ${end - start} bytes`);
    const restarts = bytes.readUInt32LE(end - U32_BYTES);
    if (restarts === 0 || restarts > (end - start) / U32_BYTES - 1)
      throw new TableError(`it has ${restarts} restarts, which do not fit in its ${end - start} bytes`);
    this.bytes = bytes;
    this.valueEnd = start;
    this.#end = end - (restarts + 1) * U32_BYTES;
    this.#varints.begin(bytes, start, this.#end);
  }

  /** False at the end. Throws TableError. */
  next(): boolean {
    const varints = this.#varints;
    varints.at = this.valueEnd;
    if (this.valueEnd >= this.#end) return false;
    this.shared = varints.next();
    const unshared = varints.next();
    const valueLength = varints.next();
    this.keyStart = varints.at;
    this.keyEnd = this.keyStart + unshared;
    this.valueStart = this.keyEnd;
    this.valueEnd = this.valueStart + valueLength;
    if (this.valueEnd > this.#end) throw new TableError('an entry reaches beyond its block');
    return true;
  }
}
