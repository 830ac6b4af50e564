import type { FindingKind, Findings } from '@ekv/snapshot';

/** Milliseconds since 1970 below this are a day of 1973 or earlier: no expiry that somebody set. */
const LOOKS_LIKE_SECONDS_BELOW = 10n ** 11n;

const PAST: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys expired before now, a server drops them at once',
  advice: 'to keep them, move their expiries with the option shiftTimes, or take the expiries away',
};

/** Of keys from memory: a caller of the library has no flags. */
const PAST_IN_MEMORY: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys expired before now, a server drops them at once',
  advice: 'to keep them, give them later expiries, or none',
};

/** Of a tree whose expiries were moved. */
const STILL_PAST: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys expired before the dump was taken, a server drops them at once',
  advice: 'to keep them, give them later expiries, or take the expiries away',
};

const SECONDS: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys have expiries of the year 1970 to 1973, a server drops them at once',
  advice:
    'the numbers look like seconds, or like times that count from now: an expiry is an absolute time in milliseconds since 1970',
};

/** What an expiry that is past is. @param shiftMs by which those of the tree are moved, ms. */
export function pastKind(expireAtMs: bigint, shiftMs: bigint): FindingKind {
  if (expireAtMs < LOOKS_LIKE_SECONDS_BELOW) return SECONDS;
  return shiftMs === 0n ? PAST : STILL_PAST;
}

/** Looks at the expiry of a key from memory, ms since 1970. @param key for people. */
export function checkGivenExpiry(findings: Findings, expireAtMs: bigint, key: () => string): void {
  if (expireAtMs > Date.now()) return;
  const kind = expireAtMs < LOOKS_LIKE_SECONDS_BELOW ? SECONDS : PAST_IN_MEMORY;
  findings.add(kind, () => `${key()}, ${expireAtMs}`);
}
