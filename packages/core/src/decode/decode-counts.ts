import type { Adapter } from '@ekv/adapter';
import type { AdapterName } from '@ekv/manifest';
import type { SnapshotSummary } from '@ekv/snapshot';
import { ADAPTERS } from '../adapters/adapters.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { INTERNAL_FAMILIES, OPERATIONAL_FAMILIES } from './row-classes.ts';

/** Entries of the file; `entries` is the sum of all others. */
export interface DecodeCounts extends Record<AdapterName, number> {
  readonly entries: number;
  readonly tombstone: number;
  readonly superseded: number;
  readonly expired: number;
  /** Rows of the cluster, and of adapters that were not selected. */
  readonly internal: number;
  readonly operational: number;
  readonly unknown: number;
  /** Of a snapshot that was salvaged: those that could not be read. */
  readonly damaged?: number;
  /** Of a selection: those that it leaves out. */
  readonly unselected?: number;
  /** Of several groups: those that lie in another group than the one that serves their key. */
  readonly stray?: number;
  /** As of a moment: those that are younger. */
  readonly younger?: number;
}

/** Rows of an adapter, selected or not. */
export function dataRowsOf(summary: SnapshotSummary, { families }: Adapter): number {
  return rowsOf(summary, families.data);
}

function rowsOf(summary: SnapshotSummary, families: readonly string[]): number {
  return families.reduce((sum, family) => sum + (summary.families.get(family) ?? 0), 0);
}

/** Rows that were read, and entries that were left out on the way to them. */
interface ReadRows {
  readonly summary: SnapshotSummary;
  readonly strays: number;
  readonly younger: number;
  readonly unselected: number;
}

export function countsOf(
  { summary, strays, younger, unselected }: ReadRows,
  selected: readonly Adapter[],
): DecodeCounts {
  const counts = Object.fromEntries(ADAPTER_NAMES.map((name) => [name, 0])) as Record<AdapterName, number>;
  let internal = rowsOf(summary, INTERNAL_FAMILIES);
  for (const adapter of ADAPTERS) {
    const rows = dataRowsOf(summary, adapter);
    if (selected.includes(adapter)) counts[adapter.name] = rows;
    else internal += rows;
  }
  let unknown = 0;
  for (const { count } of summary.unknown.values()) unknown += count;
  return {
    entries: summary.entries,
    ...counts,
    tombstone: summary.tombstones,
    superseded: summary.superseded,
    expired: summary.expired,
    internal,
    operational: summary.operational + rowsOf(summary, OPERATIONAL_FAMILIES),
    unknown,
    ...(summary.damaged > 0 ? { damaged: summary.damaged } : {}),
    ...(unselected > 0 ? { unselected } : {}),
    ...(strays > 0 ? { stray: strays } : {}),
    ...(younger > 0 ? { younger } : {}),
  };
}
