import type { KeyRange, Owner } from '@ekv/adapter';
import { ownersOf } from '@ekv/core';

/** Where the rows stand that say what the scopes of some owners are, and no row of their units. */
export function definitionRanges(within: readonly Owner[]): KeyRange[] {
  return within.flatMap(({ adapter, scope }) =>
    scope === undefined ? [] : ownersOf(adapter)!.ranges({ adapter, scope }, []).filter(isOneKey),
  );
}

/** Rows of partitioned queues have no generation to leave out. */
function isOneKey({ keyLength }: KeyRange): boolean {
  return keyLength !== undefined;
}
