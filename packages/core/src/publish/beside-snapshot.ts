import { type OutputPaths, runsBeside } from '@ekv/snapshot/publish';
import { removeLeftovers, reportRuns, warnOfOpenFolder } from '../output/beside-output.ts';
import type { Run } from '../run/run.ts';
import { removeEncodeTemporaries } from './remove-encode-temporaries.ts';

/** Whether a run that makes a snapshot may remove what others left there. */
interface SnapshotRun {
  readonly scratchRoot?: string | undefined;
  readonly removeLeftovers?: boolean | undefined;
}

/** Tells of other runs with this output, and removes what killed ones left when that is asked for. Before the place is examined. */
export function lookBesideSnapshot(
  place: OutputPaths,
  { scratchRoot, removeLeftovers: isRemoving = false }: SnapshotRun,
  run: Run,
): void {
  const { output } = place;
  const runs = runsBeside(place);
  const remove = (runId: string) => removeEncodeTemporaries({ output, runId, scratchRoot });
  reportRuns(isRemoving ? removeLeftovers(runs, remove, run) : runs, run);
  warnOfOpenFolder(output, run);
}
