import { type Adapter, RowOwner, type RowRole } from '@ekv/adapter';
import type { RowSource } from '@ekv/snapshot';
import { findDifferingRows } from './differing-rows.ts';
import { MarkedOwners } from './marked-owners.ts';

/** Rows that no unit is made of by themselves. */
const WITHOUT_UNIT: ReadonlySet<RowRole> = new Set([
  'change',
  'index',
  'deduplication',
  'lock',
  'marker',
  'upload',
  'content',
]);

/** Families whose rows say something of a unit or a scope. */
export function comparedFamilies({ families }: Adapter): string[] {
  return families.data.filter((family) => !families.derived.includes(family));
}

/**
 * Marks whose rows differ: units, and scopes whose own rows differ, since these may say which rows of units count. What is marked may
 * be the same all the same.
 *
 * @param onRows is called for one or two rows that were looked at.
 */
export function markDiffering(
  from: RowSource,
  to: RowSource,
  adapters: readonly Adapter[],
  onRows: () => void,
): MarkedOwners {
  const marked = new MarkedOwners();
  const found = new RowOwner();
  for (const adapter of adapters) {
    for (const family of comparedFamilies(adapter)) {
      findDifferingRows(
        from,
        to,
        family,
        (key, start, end) => markKey(adapter, found, key, start, end, marked),
        onRows,
      );
    }
  }
  return marked;
}

function markKey(
  { owners }: Adapter,
  found: RowOwner,
  key: Buffer,
  start: number,
  end: number,
  marked: MarkedOwners,
): void {
  if (!owners.find(found, key, start, end)) return;
  // The change of a count, or the metadata of a collection whose name looks like one: as a change it would be none of a unit.
  if (found.isInValue) owners.findInValue(found, key, start, start);
  if (!WITHOUT_UNIT.has(found.role)) marked.mark(found);
}
