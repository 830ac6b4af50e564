/** Above it a server cannot count; docs/format/03-redis.md, section 3. */
export const LARGEST_EXPIRY = 2n ** 63n - 1n;

/** An expiry that a server can count, ms since 1970. */
export function clamped(expiry: bigint): bigint {
  return expiry > LARGEST_EXPIRY ? LARGEST_EXPIRY : expiry;
}
