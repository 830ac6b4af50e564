import type { Owner, RowOwner } from '@ekv/adapter';
import { type OpenedRows, OwnerFinder, ownersOf } from '@ekv/core';

/**
 * The generations in which units of some scopes are served, at any time that the rows know of: `undefined` for all.
 *
 * @returns for each owner.
 */
export function servedGenerations({ source }: OpenedRows, within: readonly Owner[]): (readonly bigint[] | undefined)[] {
  const finder = new OwnerFinder();
  const served: (Set<bigint> | 'all' | undefined)[] = within.map(() => undefined);
  for (const entries = source.entries(); entries.next(); ) {
    const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
    const found = entries.tombstone ? undefined : finder.find(bytes, keyStart, keyEnd);
    if (found === undefined || !OF_SCOPES.has(found.role)) continue;
    const generations = ownersOf(found.adapter)?.generationsIn?.(found, bytes, valueStart, valueEnd) ?? [];
    if (generations.length === 0) continue;
    for (const [i, owner] of within.entries()) if (isOf(found, owner)) add(served, i, generations);
  }
  return served.map((one) => (one === undefined || one === 'all' ? undefined : [...one]));
}

const OF_SCOPES: ReadonlySet<string> = new Set(['definition', 'counter']);

function isOf(found: RowOwner, { adapter, scope }: Owner): boolean {
  return scope !== undefined && found.isOf({ adapter, scope });
}

function add(served: (Set<bigint> | 'all' | undefined)[], i: number, generations: readonly bigint[] | 'all'): void {
  const before = served[i];
  if (generations === 'all' || before === 'all') served[i] = 'all';
  else served[i] = new Set([...(before ?? []), ...generations]);
}
