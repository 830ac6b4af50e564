/**
 * Commit timestamps and the times that servers keep in values are hybrid logical clock values: Unix milliseconds above a counter of
 * 16 bits. docs/format/01-snapshot.md, section 0.
 */
const COUNTER_BITS = 16n;

/** The Unix milliseconds in a clock value. */
export function millisecondsOf(timestamp: bigint): bigint {
  return timestamp >> COUNTER_BITS;
}

/** Commit timestamps run ahead of the wall clock by that much and up to a second more, ms. docs/format/09-groups.md, section 4. */
export const AHEAD_MS = 9000n;

/** About when a commit was by the wall clock, Unix milliseconds; below 0 for a clock value that no server gives out. */
export function wallTimeOf(timestamp: bigint): bigint {
  return millisecondsOf(timestamp) - AHEAD_MS;
}

/** The smallest clock value of a millisecond. */
export function timestampAt(milliseconds: bigint): bigint {
  return milliseconds << COUNTER_BITS;
}
