import type { Owner } from '@ekv/adapter';
import type { Selection } from '@ekv/core';

/** Which units are wanted. */
export interface Wanted {
  /** Owners in which all of them are; each a unit, a scope or an adapter. */
  readonly within: readonly Owner[];
  /** Whether a unit is one of them. */
  takes(unit: Owner): boolean;
}

/** The units at some addresses, or in them, where an address is that of a scope. */
export function wantedOwners(owners: readonly Owner[]): Wanted {
  return { within: owners, takes: (unit) => owners.some((owner) => isIn(unit, owner)) };
}

/** The units that a selection takes; expired ones too. */
export function wantedBy(selection: Selection): Wanted {
  return { within: selection.places(), takes: (unit) => selection.takes(unit) };
}

function isIn(unit: Owner, { adapter, scope, key, sortKey }: Owner): boolean {
  if (unit.adapter !== adapter || (scope !== undefined && !isSame(unit.scope, scope))) return false;
  return key === undefined || (isSame(unit.key, key) && isSame(unit.sortKey, sortKey));
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}
