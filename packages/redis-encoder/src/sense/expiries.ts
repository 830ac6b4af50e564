import { DataError, type FindingKind, type Findings } from '@ekv/snapshot';
import type { KeyKinds, Kind } from '../key-kinds.ts';
import { LARGEST_EXPIRY } from '../layout/expiry-value.ts';
import { pastKind } from './expiry-findings.ts';

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
