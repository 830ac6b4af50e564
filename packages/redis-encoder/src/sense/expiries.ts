import { DataError, type FindingKind, type Findings } from '@ekv/snapshot';
import type { KeyKinds, Kind } from '../key-kinds.ts';
import { LARGEST_EXPIRY } from '../layout/expiry-value.ts';

/** Milliseconds since 1970 below this are a day of 1973 or earlier: no expiry that somebody set. */
const LOOKS_LIKE_SECONDS_BELOW = 10n ** 11n;

const PAST: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys expired before now, a server drops them at once',
  advice: 'to keep them, move their expiries with --shift-times, or take the expiries away',
};

/** Of a tree whose expiries were moved. */
const STILL_PAST: FindingKind = {
  ...PAST,
  says: 'keys expired before the dump was taken, a server drops them at once',
  advice: 'to keep them, give them later expiries, or take the expiries away',
};

const SECONDS: FindingKind = {
  event: 'redis_past_expiry',
  says: 'keys have expiries of the year 1970 to 1973, a server drops them at once',
  advice:
    'the numbers look like seconds, or like times that count from now: an expiry is an absolute time in milliseconds since 1970',
};

const TOO_LARGE: FindingKind = {
  event: 'redis_expiry_too_large',
  says: `keys have expiries above ${LARGEST_EXPIRY}, more than a server can count`,
  advice: 'a key that never expires has none: take them away',
  doubt: true,
};

export interface ExpiriesOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: bigint;
  /** Added to all expiries, ms; 0 = they stay. */
  readonly shiftMs: bigint;
  readonly findings: Findings;
  /** Gets the kinds that expire; nothing when the tree has values of one kind only. */
  readonly kinds: KeyKinds | undefined;
}

/** The expiries of the keys that are encoded: moved where that is wanted, and looked at. docs/format/03-redis.md, section 3. */
export class Expiries {
  readonly #options: ExpiriesOptions;

  constructor(options: ExpiriesOptions) {
    this.#options = options;
  }

  /**
   * The expiry to encode. 0 and `null` are none.
   *
   * @param kind of the key's value. @param expireAtMs as the tree has it. @param position where it stands, for people.
   * Throws DataError when the moved expiry is none any more.
   */
  take(kind: Kind, key: Buffer, expireAtMs: bigint | null, position: () => string): bigint | null {
    if (!expireAtMs) return null;
    const { nowMs, shiftMs, findings, kinds } = this.#options;
    kinds?.addExpiring(key, kind);
    const expiry = expireAtMs + shiftMs;
    if (shiftMs !== 0n && (expiry <= 0n || expiry > LARGEST_EXPIRY)) {
      throw new DataError(
        `${position()}: the expiry ${expireAtMs} moved by ${shiftMs} ms is ${expiry}, which is no time a server can hold`,
      );
    }
    if (expiry <= nowMs) {
      findings.add(pastKind(expireAtMs, shiftMs), () => `${position()}, "expire_at_ms": ${expireAtMs}`);
    } else if (expiry > LARGEST_EXPIRY) {
      findings.add(TOO_LARGE, () => `${position()}, "expire_at_ms": ${expireAtMs}`);
    }
    return expiry;
  }
}

function pastKind(expireAtMs: bigint, shiftMs: bigint): FindingKind {
  if (expireAtMs < LOOKS_LIKE_SECONDS_BELOW) return SECONDS;
  return shiftMs === 0n ? PAST : STILL_PAST;
}
