import type { DecodeContext } from './decode-context.ts';

/** An expiry as it is written, ms since 1970; 0 and `null` are none, and stay. */
export function shifted<Expiry extends bigint | null>(expireAtMs: Expiry, { shiftMs }: DecodeContext): Expiry | bigint {
  return expireAtMs ? expireAtMs + shiftMs : expireAtMs;
}
