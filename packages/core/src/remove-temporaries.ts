import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeStaging } from '@ekv/dump-tree';
import { outputPlaceOf } from './output-place.ts';
import { scratchName, temporaryPath } from './temporary-names.ts';

/** What a run that was stopped may have left: all its temporary names hold the run id. */
export interface StoppedRun {
  readonly output: string;
  readonly runId: string;
  readonly scratchRoot?: string | undefined;
}

/** Removes the temporary files of an encode that was stopped from outside. */
export function removeEncodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  const place = outputPlaceOf(output);
  for (const path of [place.output, place.sidecar, place.report]) rmSync(temporaryPath(path, runId), { force: true });
  removeScratch(runId, scratchRoot);
}

/** Removes the hidden folders and temporary files of a decode that was stopped from outside. */
export function removeDecodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  removeStaging(output, runId);
  removeScratch(runId, scratchRoot);
}

function removeScratch(runId: string, scratchRoot: string | undefined): void {
  rmSync(join(scratchRoot ?? tmpdir(), scratchName(runId)), { recursive: true, force: true });
}
