import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CHECKSUMS_NAME, MANIFEST_NAME, removeStaging } from '@ekv/dump-tree';
import { type OutputPlace, outputPlaceOf, removeTemporaries } from './output-place.ts';
import { holdsPublishLock, removePublishLock } from './publish-lock.ts';
import { scratchName, temporaryPath } from './temporary-names.ts';

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

/** Removes the temporary files of an encode that was stopped from outside. A pair of which one half is published is completed. */
export function removeEncodeTemporaries({ output, runId, scratchRoot }: StoppedRun): void {
  const place = outputPlaceOf(output);
  if (holdsPublishLock(output, runId)) completePair(place, runId);
  removePublishLock(output, runId);
  removeTemporaries(place, runId);
  removeScratch(runId, scratchRoot);
}

/** Removes what a repair that was stopped from outside left in its tree; docs/format/02-dump-tree.md, section 11. */
export function removeRepairTemporaries({ input, runId, scratchRoot }: StoppedRepair): void {
  for (const name of [MANIFEST_NAME, CHECKSUMS_NAME]) {
    rmSync(temporaryPath(join(input, name), runId), { force: true });
  }
  removeScratch(runId, scratchRoot);
}

/** Between the two renames of a publication the snapshot is in place and its sidecar waits. */
function completePair({ output, sidecar }: OutputPlace, runId: string): void {
  if (existsSync(temporaryPath(output, runId)) || !existsSync(output)) return;
  const waiting = temporaryPath(sidecar, runId);
  if (existsSync(waiting)) renameSync(waiting, sidecar);
}

/**
 * Looks at the place of a decode before it is started.
 *
 * @returns what removes the traces of that decode when it was stopped from outside: hidden folders, also those of several
 * snapshots inside the output, temporary files, and folders above the output that it has made. What is published stays.
 */
export function decodeCleanUp({ output, runId, scratchRoot }: StoppedRun): () => void {
  const missing = missingFolders(output);
  return () => {
    removeStaging(output, runId);
    for (const inner of hiddenTargets(output, runId)) removeStaging(inner, runId);
    removeEmpty(missing);
    removeScratch(runId, scratchRoot);
  };
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
  const hidden = new RegExp(`^\\.(.+)\\.(?:tmp|old)-${runId}$`);
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

function removeScratch(runId: string, scratchRoot: string | undefined): void {
  rmSync(join(scratchRoot || tmpdir(), scratchName(runId)), { recursive: true, force: true });
}
