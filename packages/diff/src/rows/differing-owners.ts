import { type Adapter, RowOwner, type RowRole } from '@ekv/adapter';
import type { RowSource } from '@ekv/snapshot';
import { type BytesAt, type DifferingValues, findDifferingRows } from './differing-rows.ts';
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
 * Marks whose rows differ: units, and all units of scopes whose own rows say something else of which rows of units count. What is marked
 * may be the same all the same.
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
      findDifferingRows(from, to, family, (key, values) => markRow(adapter, found, key, values, marked), onRows);
    }
  }
  return marked;
}

function markRow(
  { owners }: Adapter,
  found: RowOwner,
  { bytes, start, end }: BytesAt,
  values: DifferingValues | undefined,
  marked: MarkedOwners,
): void {
  if (!owners.find(found, bytes, start, end)) return;
  // The change of a count, or the metadata of a collection whose name looks like one: as a change it would be none of a unit.
  if (found.isInValue) owners.findInValue(found, bytes, start, start);
  if (WITHOUT_UNIT.has(found.role)) return;
  if (found.key !== undefined) marked.markUnit(found);
  else if (values !== undefined && servesTheSame(owners, found, values)) marked.markScopeAlone();
  else marked.markScope(found);
}

/** Whether what a scope's row says of the rows of its units is the same on both sides. */
function servesTheSame(owners: Adapter['owners'], found: RowOwner, { from, to }: DifferingValues): boolean {
  if (owners.generationsIn === undefined) return false;
  const [a, b] = [from, to].map(({ bytes, start, end }) => String(owners.generationsIn!(found, bytes, start, end)));
  return a === b;
}
