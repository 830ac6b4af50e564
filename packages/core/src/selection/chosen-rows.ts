import type { Adapter } from '@ekv/adapter';
import type { CheckedSnapshot, SnapshotSummary, TakesRow, Warn } from '@ekv/snapshot';
import type { Progress } from '../run/progress.ts';
import { ChosenOwners } from './chosen-owners.ts';
import type { Selection } from './selection.ts';
import { TakenOwners } from './taken-owners.ts';

/** The rows of a snapshot that a selection takes. */
export interface ChosenRows {
  readonly source: CheckedSnapshot;
  readonly summary: SnapshotSummary;
  /** How many visible rows of the adapters, and of nobody, were left out. */
  readonly leftOut: number;
}

/** What a run gives to it. */
interface ChoosingRun {
  readonly warn: Warn;
  readonly progress: Progress;
}

/**
 * Chooses among the rows of the adapters in one walk over their keys, and another one over those of tables, buckets and queues: these stay when something in them does.
 *
 * @param summary of the source, or what is said in its place. Throws UsageError when nothing is taken.
 */
export function chosenRows(
  source: CheckedSnapshot,
  summary: SnapshotSummary,
  selection: Selection,
  adapters: readonly Adapter[],
  { warn, progress }: ChoosingRun,
): ChosenRows {
  if (selection.takesAll) return { source, summary, leftOut: 0 };
  const families = adapters.flatMap(({ families }) => [...families.data, ...families.internal]);
  const valueFamilies = new Set(adapters.flatMap(({ owners }) => owners.valueFamilies));
  const owners = new TakenOwners(selection);
  const counts = new Map(summary.families);
  const ofScopes: string[] = [];
  const isContentTaken = selection.mayHold({ adapter: 's3' });
  progress.begin(
    'choosing rows',
    families.reduce((sum, family) => sum + source.count(family), 0),
  );
  for (const family of families) {
    if (source.count(family) === 0) continue;
    const chosen = new ChosenOwners(selection);
    let taken = 0;
    let hasScopes = false;
    const bodies = valueFamilies.has(family) ? 'read' : 'passed over';
    for (const rows = source.rows(family, { bodies }); rows.next(); progress.advance(1)) {
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = rows;
      const value = bodies === 'read' ? { bytes, start: valueStart, end: valueEnd } : undefined;
      const fate = chosen.fateOf(bytes, keyStart, keyEnd, value);
      owners.add(fate, chosen.owner);
      if (fate === 'scope') hasScopes = true;
      else if (fate === 'unit' || fate === 'none' || (fate === 'content' && isContentTaken)) taken++;
    }
    counts.set(family, taken);
    if (hasScopes) ofScopes.push(family);
  }
  const takes = takesRow(selection, owners, isContentTaken);
  const partly = source.only(takes, { families: counts, unknown: summary.unknown });
  for (const family of ofScopes) {
    let taken = 0;
    for (const rows = partly.rows(family, { bodies: 'passed over' }); rows.next(); ) taken++;
    counts.set(family, taken);
  }
  owners.finish(source.path, warn);
  const unknown = selection.takesUnowned ? summary.unknown : new Map();
  const chosen = { families: new Map([...counts].filter(([, count]) => count > 0)), unknown };
  return {
    source: source.only(takes, chosen),
    summary: { ...summary, ...chosen },
    leftOut: rowsIn(summary) - rowsIn(chosen),
  };
}

function rowsIn({ families, unknown }: Pick<SnapshotSummary, 'families' | 'unknown'>): number {
  let rows = 0;
  for (const count of families.values()) rows += count;
  for (const { count } of unknown.values()) rows += count;
  return rows;
}

/** What cursors ask. Rows of nobody are not the selection's: they are of the cluster, or somebody wants all that is unknown. */
function takesRow(selection: Selection, owners: TakenOwners, isContentTaken: boolean): TakesRow {
  const chosen = new ChosenOwners(selection);
  return (bytes, keyStart, keyEnd, valueStart, valueEnd) => {
    const fate = chosen.fateOf(bytes, keyStart, keyEnd, { bytes, start: valueStart, end: valueEnd });
    if (fate === 'scope') return owners.holds(chosen.owner!);
    return fate === 'content' ? isContentTaken : fate !== 'left out';
  };
}
