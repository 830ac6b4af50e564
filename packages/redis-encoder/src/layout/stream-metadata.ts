/** Metadata of a stream; docs/format/03-redis.md, section 10. */
export interface StreamMetadata {
  readonly count: bigint;
  readonly lastMs: bigint;
  readonly lastSeq: bigint;
  /** Milliseconds since 1970; `null` = does not expire; `undefined` = this form has no expiry field. */
  readonly expireAtMs: bigint | null | undefined;
}
