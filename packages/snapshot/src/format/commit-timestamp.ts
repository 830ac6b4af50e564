/**
 * Commit timestamps and the times that servers keep in values are hybrid logical clock values: Unix milliseconds above a counter of
 * 16 bits. docs/format/01-snapshot.md, section 0.
 */
const COUNTER_BITS = 16n;

/** The Unix milliseconds in a clock value. */
export function millisecondsOf(timestamp: bigint): bigint {
  return timestamp >> COUNTER_BITS;
}

/** The smallest clock value of a millisecond. */
export function timestampAt(milliseconds: bigint): bigint {
  return milliseconds << COUNTER_BITS;
}
