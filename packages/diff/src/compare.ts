import type { Adapter, AdapterName, ExpiryLimit } from '@ekv/adapter';
import type { Selection } from '@ekv/core';
import type { Progress } from '@ekv/core/run-control';
import { type CheckedSnapshot, type NarrowedSnapshot, narrowSnapshot, type ScratchFolder } from '@ekv/snapshot';
import type { Change } from './changes/change.ts';
import { changesIn } from './changes/changes.ts';
import { dynamodbFacts } from './facts/dynamodb-facts.ts';
import type { FactReader } from './facts/fact-reader.ts';
import { FactSort, SIDES } from './facts/fact-sort.ts';
import { redisFacts } from './facts/redis-facts.ts';
import { s3Facts } from './facts/s3-facts.ts';
import { sqsFacts } from './facts/sqs-facts.ts';
import { comparedFamilies, markDiffering } from './rows/differing-owners.ts';
import { NeededRows } from './rows/needed-rows.ts';

const READERS: Readonly<Record<AdapterName, FactReader>> = {
  redis: redisFacts,
  dynamodb: dynamodbFacts,
  s3: s3Facts,
  sqs: sqsFacts,
};

/** What two snapshots are compared with. */
export interface Comparison {
  /** What is compared. */
  readonly adapters: readonly Adapter[];
  /** It must stay until the last change. */
  readonly scratch: ScratchFolder;
  /** Folder for spilled data of readers. Default: the system's. */
  readonly scratchRoot: string | undefined;
  readonly progress: Progress;
  /** What is compared of it. Absent: all. */
  readonly selection?: Selection | undefined;
  /** Leaves out on both sides what had expired then. Absent: nothing is. */
  readonly expired?: ExpiryLimit | undefined;
}

/**
 * What changed from one snapshot to another one. Their rows are compared as bytes, side by side; whose rows differ is read on both sides,
 * and compared by what it means.
 *
 * @throws SnapshotFormatError, EnvironmentError.
 */
export function* changesBetween(
  from: CheckedSnapshot,
  to: CheckedSnapshot,
  comparison: Comparison,
): Generator<Change, void, undefined> {
  const { adapters, progress } = comparison;
  progress.begin(
    'comparing the snapshots',
    adapters.reduce((sum, adapter) => sum + rowsOf(adapter, from) + rowsOf(adapter, to), 0),
  );
  const marked = markDiffering(from, to, comparison, () => progress.advance(2));
  if (marked.isEmpty) return;
  progress.begin('looking for what differs', from.summary.entries + to.summary.entries);
  const { needs } = new NeededRows(adapters, marked);
  const narrowed: NarrowedSnapshot[] = [];
  try {
    for (const whole of [from, to]) narrowed.push(narrowedTo(needs, whole, comparison));
    const [a, b] = narrowed.map(({ source }) => source);
    yield* changesByMeaning(a!, b!, comparison);
  } finally {
    for (const { close } of narrowed) close();
  }
}

function rowsOf(adapter: Adapter, source: CheckedSnapshot): number {
  return comparedFamilies(adapter).reduce((sum, family) => sum + source.count(family), 0);
}

function narrowedTo(
  keeps: NeededRows['needs'],
  whole: CheckedSnapshot,
  { adapters, scratch, progress }: Comparison,
): NarrowedSnapshot {
  const families = adapters.flatMap(({ families }) => families.data);
  return narrowSnapshot(whole, { keeps, families, scratch, onEntry: () => progress.advance(1) });
}

/** As {@link changesBetween}, of all that both hold: everything is read. */
export function* changesByMeaning(
  from: CheckedSnapshot,
  to: CheckedSnapshot,
  { adapters, scratch, scratchRoot, progress, selection, expired }: Comparison,
): Generator<Change, void, undefined> {
  const facts = new FactSort(scratch);
  try {
    progress.begin(
      'reading what differs',
      adapters.reduce((sum, adapter) => sum + rowsOf(adapter, from) + rowsOf(adapter, to), 0),
    );
    for (const side of SIDES) {
      facts.begin(side);
      const source = side === 'from' ? from : to;
      source.countRowsIn(progress.doneCell);
      const snapshot = { rowsOf: (families: readonly string[]) => source.withFamilies(families) };
      for (const { name } of adapters) READERS[name](snapshot, facts, { scratchRoot, expired });
    }
    for (const change of changesIn(facts.sorted())) if (selection?.takesAddress(change.address) ?? true) yield change;
  } finally {
    facts.close();
  }
}
