import { lstatSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { environmentError, UsageError } from '@ekv/snapshot';
import { checkOutputLock, identityAt } from '@ekv/snapshot/publish';
import { hiddenPaths } from './hidden-names.ts';
import { removeStaging } from './leftovers.ts';
import { makeFolders, removeParents, syncParents } from './made-parents.ts';
import { examineTarget } from './output-target.ts';
import { makeStaging, removeMoved, removeOwner } from './owned-staging.ts';
import { ParentFolder } from './parent-folder.ts';
import type { StagingFolder } from './staging-folder.ts';
import { type Placement, placeTree } from './tree-placement.ts';

interface Place extends Placement {
  /** The uppermost folder above the target that was missing. */
  readonly madeParent: string | undefined;
  readonly parent: ParentFolder;
}

/**
 * A folder of files that appears at its target by one rename, with all of them or not at all. It is built beside the target, which
 * does not exist or is empty; after a kill `removeStaging` removes what is left. The files are the caller's to make, and to bring to
 * the disk.
 */
export class StagedFolder {
  readonly #place: Place;
  readonly #staging: StagingFolder;
  #isPublished = false;

  /**
   * Looks at the target and makes the hidden folder.
   *
   * Throws UsageError when something stands in the way, also an empty folder in whose place no other one can be put: a mount point,
   * the working folder. EnvironmentError.
   */
  static create(target: string, runId: string): StagedFolder {
    const path = resolve(target);
    const paths = hiddenPaths(path, runId);
    const seen = identityAt(path);
    refuseFilled(path, target);
    const state = examineTarget(path, target, false);
    if (state === 'filled in place') {
      throw new UsageError(
        `the output ${target} cannot be replaced by a rename (a mount point, the working folder, another user's, or in a read-only folder), so its files could not appear together; name a folder in it that does not exist yet`,
      );
    }
    checkOutputLock(paths.lock);
    const place = { target: path, shown: target, state, seen, force: false, runId, paths };
    let madeParent: string | undefined;
    try {
      madeParent = makeFolders(dirname(path));
      return new StagedFolder({ ...place, madeParent, parent: new ParentFolder(dirname(path)) }, makeStaging(place));
    } catch (error) {
      removeParents(path, madeParent);
      throw environmentError(error, 'make the output folder', target);
    }
  }

  private constructor(place: Place, staging: StagingFolder) {
    this.#place = place;
    this.#staging = staging;
  }

  /** Where a file is made that will have this name in the folder. */
  pathOf(name: string): string {
    return join(this.#staging.base, name);
  }

  /** An error of the machine, or what has happened to the folder of the output meanwhile. */
  explained(error: unknown): unknown {
    return this.#place.parent.explained(error);
  }

  /** Puts the folder at its target. All files are closed and on the disk. When it throws, the target is what it was. */
  publish(): void {
    const { target, shown, madeParent } = this.#place;
    try {
      this.#staging.flush();
      syncParents(target, madeParent);
      placeTree(this.#staging, this.#place);
    } catch (error) {
      throw this.explained(environmentError(error, 'put the snapshots at', shown));
    }
    this.#isPublished = true;
    this.#staging.close();
    removeOwner(this.#place);
  }

  /** Removes what was written. Safe to call after {@link publish}. */
  abandon(): void {
    if (this.#isPublished) return;
    const { target, runId, madeParent } = this.#place;
    // What stands in the folder's place by now is somebody else's.
    if (this.#staging.isAt(this.#staging.path)) removeStaging(target, runId);
    else removeMoved(this.#staging, this.#place);
    this.#staging.close();
    removeParents(target, madeParent);
  }
}

/** The words of a tree's output would offer to replace an earlier dump. */
function refuseFilled(path: string, shown: string): void {
  if (!isFilled(path, shown)) return;
  throw new UsageError(
    `the output ${shown} exists and is not empty; with several groups it must be a folder that does not exist yet, or an empty one`,
  );
}

function isFilled(path: string, shown: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true && readdirSync(path).length > 0;
  } catch (error) {
    throw environmentError(error, 'look at', shown);
  }
}
