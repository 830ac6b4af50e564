import type { AdapterName } from '@ekv/manifest';
import type { SnapshotSummary } from '@ekv/snapshot';
import { ADAPTERS, type Adapter } from './adapters.ts';
import { INTERNAL_FAMILIES, OPERATIONAL_FAMILIES, TRANSACTION_LOCKS } from './decode-warnings.ts';

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
}

export function countsOf(summary: SnapshotSummary, selected: readonly Adapter[]): DecodeCounts {
  const rows = (families: readonly string[]) =>
    families.reduce((sum, family) => sum + (summary.families.get(family) ?? 0), 0);
  const counts: Record<AdapterName, number> = { redis: 0, dynamodb: 0, s3: 0, sqs: 0 };
  let internal = rows([...INTERNAL_FAMILIES, TRANSACTION_LOCKS]);
  for (const adapter of ADAPTERS) {
    if (selected.includes(adapter)) counts[adapter.name] = rows(adapter.families);
    else internal += rows(adapter.families);
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
    operational: summary.operational + rows(OPERATIONAL_FAMILIES),
    unknown,
    ...(summary.damaged > 0 ? { damaged: summary.damaged } : {}),
  };
}
