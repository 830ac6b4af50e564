import { rmSync } from 'node:fs';
import { temporaryPath } from '@ekv/snapshot/publish';
import { decodeCleanUp } from '../decode/decode-clean-up.ts';
import { cleanUpBySteps, type StoppedRun } from '../run/stopped-run.ts';

/** The report of a self-test that failed, beside the folder that was not published. */
export function reportOf(output: string): string {
  return `${output.replace(/(?<=.)\/+$/, '')}.mismatch.txt`;
}

/**
 * Looks at the place of an encode for several groups before it is started. @returns what removes its traces when it was stopped from
 * outside; a folder that is published stays.
 */
export function groupsCleanUp(run: StoppedRun): () => void {
  const removeFolder = decodeCleanUp(run);
  const removeReport = () => rmSync(temporaryPath(reportOf(run.output), run.runId), { force: true });
  return () => cleanUpBySteps(run.output, [removeFolder, removeReport]);
}
