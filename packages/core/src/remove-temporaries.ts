import { existsSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeStaging } from '@ekv/dump-tree';
import { type OutputPlace, outputPlaceOf } from './output-place.ts';
import { holdsPublishLock, removePublishLock } from './publish-lock.ts';
import { scratchName, temporaryPath } from './temporary-names.ts';

/** What a run that was stopped may have left: all its temporary names hold the run id. */
export interface StoppedRun {
  readonly output: string;
  readonly runId: string;
  readonly scratchRoot?: string | undefined;
}

/** Removes the temporary files of an encode that was stopped from outside. A pair of which one half is published is completed. */
export function removeEncodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  const place = outputPlaceOf(output);
  if (holdsPublishLock(output, runId)) {
    completePair(place, runId);
    removePublishLock(output);
  }
  for (const path of [place.output, place.sidecar, place.report]) rmSync(temporaryPath(path, runId), { force: true });
  removeScratch(runId, scratchRoot);
}

/** Between the two renames of a publication the snapshot is in place and its sidecar waits. */
function completePair({ output, sidecar }: OutputPlace, runId: string): void {
  if (existsSync(temporaryPath(output, runId)) || !existsSync(output)) return;
  const waiting = temporaryPath(sidecar, runId);
  if (existsSync(waiting)) renameSync(waiting, sidecar);
}

/** Removes the hidden folders and temporary files of a decode that was stopped from outside. */
export function removeDecodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  removeStaging(output, runId);
  removeScratch(runId, scratchRoot);
}

function removeScratch(runId: string, scratchRoot: string | undefined): void {
  rmSync(join(scratchRoot ?? tmpdir(), scratchName(runId)), { recursive: true, force: true });
}
