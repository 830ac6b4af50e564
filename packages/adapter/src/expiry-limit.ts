/**
 * Leaves out keys and messages whose time was over at a moment: nobody could see them any more. docs/format/13-selection.md, section 4.
 */
export class ExpiryLimit {
  /** The moment, ms since 1970. */
  readonly atMs: bigint;
  /** What was left out so far. */
  dropped = 0;

  constructor(atMs: bigint) {
    this.atMs = atMs;
  }

  /** Whether a time was over then. @param expireAtMs ms since 1970; 0 and `null` are none. */
  isOver(expireAtMs: bigint | null | undefined): boolean {
    return !!expireAtMs && expireAtMs <= this.atMs;
  }

  /** As {@link isOver}, of a unit that is left out then: it is counted. */
  drops(expireAtMs: bigint | null | undefined): boolean {
    if (!this.isOver(expireAtMs)) return false;
    this.dropped++;
    return true;
  }
}
