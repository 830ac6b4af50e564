import type { RowOwner } from '@ekv/adapter';
import {
  BODY_HEAD_BYTES,
  type CheckedSnapshot,
  type KeepsEntry,
  narrowSnapshot,
  type ScratchFolder,
} from '@ekv/snapshot';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import type { ValueRange } from '../owners/owner-finder.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { ChosenOwners } from '../selection/chosen-owners.ts';
import type { Selection } from '../selection/selection.ts';
import { TakenOwners } from '../selection/taken-owners.ts';
import type { OpenedRows } from './open-rows.ts';

/**
 * Of opened rows those that a selection takes, in all versions, as if there were no others. A table, bucket or queue stays when something in it does. Deletions
 * whose key does not tell of which unit they are, such as those of some indexes, go; contents stay when all of S3 is taken.
 *
 * @param leavesOut units that are left out all the same. Default: none.
 * @param scratch must stay until the rows are closed. Closing them closes the given ones.
 * @throws UsageError when nothing is taken; SnapshotFormatError for encrypted entries.
 */
export function chosenEntries(
  rows: OpenedRows,
  selection: Selection,
  options: RunOptions,
  scratch: ScratchFolder,
  leavesOut?: (owner: RowOwner) => boolean,
): OpenedRows {
  if (selection.takesAll && leavesOut === undefined) return rows;
  const run = new Run(options);
  const owners = new TakenOwners(selection);
  run.progress.begin(
    'choosing rows',
    rows.walked.reduce((sum, { summary }) => sum + 2 * summary.entries, 0),
  );
  const onEntry = () => run.progress.advance(1);
  for (const source of rows.walked) {
    const chosen = new ChosenOwners(selection);
    for (const entries = source.entries({ bodies: 'passed over' }); entries.next(); ) {
      onEntry();
      const { bytes, keyStart, keyEnd, valueStart, valueEnd } = entries;
      const fate = chosen.fateOf(bytes, keyStart, keyEnd, valueThere(bytes, valueStart, valueEnd - valueStart));
      owners.add(fate, chosen.owner);
    }
  }
  if (!selection.takesAll) owners.finish(rows.name, run.warn);
  const narrowed: { close(): void }[] = [];
  const narrow = (whole: CheckedSnapshot) => {
    const chosen = new ChosenOwners(selection);
    const takesContents = selection.takes({ adapter: 's3' });
    const keeps: KeepsEntry = (bytes, start, end, valueBytes, valueStart) => {
      const fate = chosen.fateOf(bytes, start, end, valueThere(bytes, valueStart, valueBytes));
      if (fate === 'scope') return owners.holds(chosen.owner!);
      if (fate === 'content') return takesContents;
      if (fate === 'unit') return !leavesOut?.(chosen.owner!);
      return fate === 'none' && selection.takesUnowned;
    };
    const part = narrowSnapshot(whole, { families: KNOWN_FAMILIES, scratch, keeps, onEntry });
    narrowed.push(part);
    return part.source;
  };
  const close = () => {
    for (const part of narrowed.splice(0)) part.close();
    rows.close();
  };
  try {
    const walked = rows.walked.map(narrow);
    const at = rows.walked.indexOf(rows.source);
    return { ...rows, walked, source: walked[at] ?? narrow(rows.source), close };
  } catch (error) {
    for (const part of narrowed) part.close();
    throw error;
  }
}

/** A longer one names no unit. */
function valueThere(bytes: Buffer, start: number, length: number): ValueRange | undefined {
  return length === 0 || length > BODY_HEAD_BYTES ? undefined : { bytes, start, end: start + length };
}
