/** Times in milliseconds of 2 January 1970 to 1973, when no message was sent; as seconds they are those of 1973 to 5138. */
const FROM = 100_000_000n;
export const SECONDS_BELOW = 100_000_000_000n;

/** Whether a time that should be milliseconds since 1970 is one in seconds, as most clocks count. */
export function looksLikeSeconds(millis: bigint): boolean {
  return millis < SECONDS_BELOW && millis >= FROM;
}
