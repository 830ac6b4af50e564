/** A stretch of encoded keys. */
export interface KeyStretch {
  readonly start: Buffer;
  /** The first that is not in it. `undefined`: it goes on to the last key. */
  readonly end: Buffer | undefined;
}

/** Says where keys of some stretches may stand, while it is asked about places in the order of their keys. */
export class WantedKeys {
  readonly #stretches: readonly KeyStretch[];
  #at = 0;

  /** @param stretches ascending, and none of them over another. */
  constructor(stretches: readonly KeyStretch[]) {
    this.#stretches = stretches;
  }

  /** Whether a key from `low` to `high` may be wanted. `low` is not below that of the call before. */
  mayStandIn(low: Buffer, high: Buffer): boolean {
    while (this.#isBehind(this.#stretches[this.#at], low)) this.#at++;
    const next = this.#stretches[this.#at];
    return next !== undefined && next.start.compare(high) <= 0;
  }

  #isBehind(stretch: KeyStretch | undefined, low: Buffer): boolean {
    return stretch?.end !== undefined && stretch.end.compare(low) <= 0;
  }
}
