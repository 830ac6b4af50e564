import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentError } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';

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

/**
 * Takes all steps of a clean-up, also after one that failed: as little as possible is left. Then throws the first failure, as an
 * EnvironmentError that names `shown`.
 */
export function cleanUpBySteps(shown: string, steps: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      step();
    } catch (error) {
      failures.push(environmentError(error, 'remove what was written for', shown));
    }
  }
  if (failures.length > 0) throw failures[0];
}

/** Removes the spilled data of a run. Throws EnvironmentError that names its folder. */
export function removeScratch(runId: string, scratchRoot: string | undefined): void {
  const path = join(scratchRoot || tmpdir(), scratchName(runId));
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw environmentError(error, 'remove', path);
  }
}
