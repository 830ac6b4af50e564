import type { CheckedSnapshot, ScratchFolder } from '@ekv/snapshot';
import { narrowSnapshot } from '@ekv/snapshot';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { ChosenOwners } from '../selection/chosen-owners.ts';
import type { Selection } from '../selection/selection.ts';
import { TakenOwners } from '../selection/taken-owners.ts';
import type { OpenedRows } from './open-rows.ts';

/**
 * Of opened rows those that a selection takes, in all versions, as if there were no others. A table, bucket or queue stays when something in it does. Keys alone are
 * looked at: rows that tell in their value whose they are, such as those of indexes, go; contents stay when all of S3 is taken.
 *
 * @param scratch must stay until the rows are closed. Closing them closes the given ones.
 * @throws UsageError when nothing is taken; SnapshotFormatError for encrypted entries.
 */
export function chosenEntries(
  rows: OpenedRows,
  selection: Selection,
  options: RunOptions,
  scratch: ScratchFolder,
): OpenedRows {
  if (selection.takesAll) return rows;
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
      owners.add(chosen.fateOf(entries.bytes, entries.keyStart, entries.keyEnd), chosen.owner);
    }
  }
  owners.finish(rows.name, run.warn);
  const narrowed: { close(): void }[] = [];
  const narrow = (whole: CheckedSnapshot) => {
    const chosen = new ChosenOwners(selection);
    const takesContents = selection.takes({ adapter: 's3' });
    const keeps = (bytes: Buffer, start: number, end: number) => {
      const fate = chosen.fateOf(bytes, start, end);
      if (fate === 'scope') return owners.holds(chosen.owner!);
      if (fate === 'content') return takesContents;
      return fate === 'unit' || (fate === 'none' && selection.takesUnowned);
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
