import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { removeStaging } from '@ekv/dump-tree';
import { cleanUpBySteps, removeScratch, type StoppedRun } from '../run/stopped-run.ts';

/**
 * Looks at the place of a decode before it is started.
 *
 * @returns what removes the traces of that decode when it was stopped from outside: hidden folders, also those of several
 * snapshots inside the output, temporary files, and folders above the output that it has made. What is published stays.
 */
export function decodeCleanUp({ output, runId, scratchRoot }: StoppedRun): () => void {
  // A check has none.
  if (output === '') return () => removeScratch(runId, scratchRoot);
  const missing = missingFolders(output);
  return () =>
    cleanUpBySteps(output, [
      () => removeStaging(output, runId),
      ...hiddenTargets(output, runId).map((inner) => () => removeStaging(inner, runId)),
      () => removeEmpty(missing),
      () => removeScratch(runId, scratchRoot),
    ]);
}

/** The output and the folders above it as far as they do not exist, the innermost first. */
function missingFolders(output: string): string[] {
  const missing: string[] = [];
  for (let folder = resolve(output); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return missing;
}

function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) if (existsSync(folder)) rmdirSync(folder);
  } catch {
    // It holds something that was published; so do those above.
  }
}

/** Targets inside a folder for which a run has hidden something there. */
function hiddenTargets(folder: string, runId: string): string[] {
  const hidden = new RegExp(`^\\.(.+)\\.(?:tmp|old|run|lck)-${runId}$`);
  return namesIn(folder).flatMap((name) => {
    const target = hidden.exec(name)?.[1];
    return target === undefined ? [] : [join(folder, target)];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
