import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratchName } from './temporary-names.ts';

/** What a run that was stopped may have left: all its temporary names hold the run id. */
export interface StoppedRun {
  readonly output: string;
  readonly runId: string;
  readonly scratchRoot?: string | undefined;
}

/** As {@link StoppedRun}, of a run that writes into a tree. */
export interface StoppedRepair extends Omit<StoppedRun, 'output'> {
  /** Root of the tree. */
  readonly input: string;
}

/** Removes the spilled data of a run. */
export function removeScratch(runId: string, scratchRoot: string | undefined): void {
  rmSync(join(scratchRoot || tmpdir(), scratchName(runId)), { recursive: true, force: true });
}
