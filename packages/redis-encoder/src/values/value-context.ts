import type { ExpiryLimit } from '@ekv/adapter';
import type { RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import type { KeyKinds, Kind } from '../key-kinds.ts';
import type { BareExpiries } from './bare-expiries.ts';
import type { ExpiryOwners } from './expiry-owners.ts';
import type { LeftOutKinds } from './left-out-kinds.ts';
import type { ElementRows } from './rows/element-rows.ts';
import type { KeyRange } from './rows/key-order.ts';

/** What the walks over the values of all types work with. */
export interface ValueContext {
  readonly source: RowSource;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly expiries: ExpiryOwners;
  readonly leftOut: LeftOutKinds;
  /** Nothing when the snapshot has values of one kind only, or nobody asks. */
  readonly kinds: KeyKinds | undefined;
  /** Reused from collection to collection. */
  readonly elements: ElementRows;
  /** Whether anybody asks for a key. */
  readonly isWanted: (key: KeyRange) => boolean;
  /** Leaves keys out that had expired. Absent: none. */
  readonly expired?: ExpiredKeys | undefined;
}

/** What tells whether a key is left out. */
interface ExpiredKeys {
  readonly limit: ExpiryLimit;
  /** Expiries of strings and HyperLogLogs that have none in their values. */
  readonly bare: BareExpiries;
}

export const ALL_KEYS = (): boolean => true;

/** Whether a key is left out, because it had expired. */
export function isDropped({ expired }: ValueContext, expireAtMs: bigint | null): boolean {
  return expired?.limit.drops(expireAtMs) ?? false;
}

/** Whether a value is given: not when the key expires as another kind, too, which a server shows. */
export function isShown({ leftOut, kinds }: ValueContext, kind: Kind, key: KeyRange): boolean {
  if (leftOut.has(kind, key)) return false;
  kinds?.add(key.bytes.subarray(key.keyStart, key.keyEnd), kind);
  return true;
}
