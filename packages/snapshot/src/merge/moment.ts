/** Rows that hold for every moment: bodies that are named by their content, the catalog, and what says how transactions ended. */
const TIMELESS = ['!s3|chunkblob|', '!dist|', '!txn|'].map((prefix) => Buffer.from(prefix, 'latin1'));

/** A moment in the history of a snapshot: a commit timestamp, inclusive. docs/format/09-groups.md, section 4. */
export class Moment {
  /** The upper and the lower half of the inverted timestamp. */
  readonly #high: number;
  readonly #low: number;

  constructor(timestamp: bigint) {
    const inverted = BigInt.asUintN(64, ~timestamp);
    this.#high = Number(inverted >> 32n);
    this.#low = Number(inverted & 0xffff_ffffn);
  }

  /** Whether the version after the user key `bytes[start, end)` was not there yet. */
  isYounger(bytes: Buffer, start: number, end: number): boolean {
    const high = bytes.readUInt32BE(end);
    if (high > this.#high || (high === this.#high && bytes.readUInt32BE(end + 4) >= this.#low)) return false;
    return !isTimeless(bytes, start, end);
  }
}

function isTimeless(bytes: Buffer, start: number, end: number): boolean {
  return TIMELESS.some((prefix) => {
    const stop = start + prefix.length;
    return stop <= end && bytes.compare(prefix, 0, prefix.length, start, stop) === 0;
  });
}
