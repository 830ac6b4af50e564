import { type Adapter, type ExpiryLimit, RowOwner, type RowRole } from '@ekv/adapter';
import type { Selection } from '@ekv/core';
import type { RowSource } from '@ekv/snapshot';
import { type BytesAt, type DifferingValues, findDifferingRows, type OnDiffering } from './differing-rows.ts';
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
export function markDiffering(from: RowSource, to: RowSource, compared: Compared, onRows: () => void): MarkedOwners {
  const marked = new MarkedOwners();
  const found = new RowOwner();
  for (const adapter of compared.adapters) {
    if (compared.selection?.mayHold({ adapter: adapter.name }) === false) continue;
    const mark: OnDiffering = (key, values) => {
      if (isOfUnitOrScope(adapter, found, key)) markOwner(adapter, found, values, marked, compared);
    };
    for (const family of comparedFamilies(adapter)) {
      const isOfContents = [from, to].some((source) => holdsContents(adapter, found, source, family));
      if (!isOfContents) findDifferingRows(from, to, family, mark, onRows);
    }
  }
  return marked;
}

/** Contents are named by what they are, so those that are there on both sides are the same: they need not be read. */
function holdsContents({ owners }: Adapter, found: RowOwner, source: RowSource, family: string): boolean {
  const rows = source.rows(family, { bodies: 'passed over' });
  return rows.next() && owners.find(found, rows.bytes, rows.keyStart, rows.keyEnd) && found.role === 'content';
}

/** What is compared. */
interface Compared {
  readonly adapters: readonly Adapter[];
  /** Absent: all. */
  readonly selection?: Selection | undefined;
  readonly expired?: ExpiryLimit | undefined;
}

function isOfUnitOrScope({ owners }: Adapter, found: RowOwner, { bytes, start, end }: BytesAt): boolean {
  if (!owners.find(found, bytes, start, end)) return false;
  // The change of a count, or the metadata of a collection whose name looks like one: as a change it would be none of a unit.
  if (found.isInValue) owners.findInValue(found, bytes, start, start);
  return !WITHOUT_UNIT.has(found.role);
}

function markOwner(
  { owners, name }: Adapter,
  found: RowOwner,
  values: DifferingValues | undefined,
  marked: MarkedOwners,
  { selection, expired }: Compared,
): void {
  if (found.key !== undefined) {
    if (selection?.takes(found.owner()) ?? true) marked.markUnit(found);
    return;
  }
  if (selection?.mayHold(found.owner()) === false) return;
  // What a queue keeps its messages for says which of them are over.
  const isOfTime = expired !== undefined && name === 'sqs';
  if (values !== undefined && !isOfTime && servesTheSame(owners, found, values)) marked.markScopeAlone();
  else marked.markScope(found);
}

/** Whether what a scope's row says of the rows of its units is the same on both sides. */
function servesTheSame(owners: Adapter['owners'], found: RowOwner, { from, to }: DifferingValues): boolean {
  if (owners.generationsIn === undefined) return false;
  const [a, b] = [from, to].map(({ bytes, start, end }) => String(owners.generationsIn!(found, bytes, start, end)));
  return a === b;
}
