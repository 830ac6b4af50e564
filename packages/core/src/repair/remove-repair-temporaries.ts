import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKSUMS_NAME, MANIFEST_NAME } from '@ekv/dump-tree';
import { temporaryPath } from '@ekv/snapshot/publish';
import { cleanUpBySteps, removeScratch, type StoppedRepair } from '../run/stopped-run.ts';

/** Removes what a repair that was stopped from outside left in its tree; docs/format/02-dump-tree.md, section 11. */
export function removeRepairTemporaries({ input, runId, scratchRoot }: StoppedRepair): void {
  const files = [MANIFEST_NAME, CHECKSUMS_NAME].map((name) => temporaryPath(join(input, name), runId));
  cleanUpBySteps(input, [
    ...files.map((path) => () => rmSync(path, { force: true })),
    () => removeScratch(runId, scratchRoot),
  ]);
}
