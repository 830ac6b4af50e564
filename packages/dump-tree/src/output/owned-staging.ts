import { readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { ownerLine, removeQuietly } from '@ekv/snapshot/publish';
import type { HiddenPaths } from './hidden-names.ts';
import { StagingFolder } from './staging-folder.ts';
import type { Placement } from './tree-placement.ts';

const FILE_MODE = 0o600;

/** Makes the owner's file, and then the folder. When it throws, neither is left. */
export function makeStaging(place: Placement): StagingFolder {
  const { target, shown, state, paths, runId } = place;
  const isInside = state === 'filled in place';
  let staging: StagingFolder | undefined;
  try {
    writeFileSync(ownerPath(place), ownerLine(runId), { flag: 'wx', mode: FILE_MODE });
    staging = StagingFolder.make(isInside ? paths.inside : paths.beside);
    if (isInside) refuseOthers(target, shown, paths);
    return staging;
  } catch (error) {
    staging?.close();
    if (staging !== undefined) rmdirSync(staging.path);
    removeOwner(place);
    throw error;
  }
}

/** Two runs may both have found the target empty; what each then makes in it shows that to the other. */
function refuseOthers(path: string, shown: string, { inside, ownerInside }: HiddenPaths): void {
  const own = [basename(inside), basename(ownerInside)];
  const other = readdirSync(path).find((name) => !own.includes(name));
  if (other === undefined) return;
  throw new UsageError(`the output ${shown} is not empty any more (it holds ${other}): another run works there`);
}

function ownerPath({ state, paths }: Placement): string {
  return state === 'filled in place' ? paths.ownerInside : paths.ownerBeside;
}

/** What cannot be removed is a line of text; the next run tells it. */
export function removeOwner(placement: Placement): void {
  removeQuietly(ownerPath(placement));
}

/** Of a folder that was moved away from its path. */
export function removeMoved(staging: StagingFolder, placement: Placement): void {
  try {
    staging.empty();
  } finally {
    removeOwner(placement);
  }
}
