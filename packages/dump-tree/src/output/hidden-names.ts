import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fittedStem } from '@ekv/snapshot/publish';

/** Where the parts of a run wait that are not at their target, or no longer. All absolute. */
export interface HiddenPaths {
  /** The tree that is built, when it takes the target's place by a rename. */
  readonly beside: string;
  /** The tree that is built, when the target has to stay itself. */
  readonly inside: string;
  /** The dump that stood at the target before. */
  readonly earlier: string;
  /** Tells whose all of that is, beside or inside: there before it, and until it is gone. */
  readonly ownerBeside: string;
  readonly ownerInside: string;
  /** There while a run puts its tree in the place of another one; the only name without a run id. */
  readonly lock: string;
  /** The lock, before it has its name. */
  readonly preparedLock: string;
}

/** A hidden name after its stem. */
const ENDING = /^(tmp|old|run|lck)-[0-9a-f]{16}$/;
/** The stem's dot before, and the ending with its dot. */
const MORE_BYTES = 1 + '.tmp-0123456789abcdef'.length;

/** Throws RangeError for a run id of another form: hidden names could not be found again. */
export function hiddenPaths(target: string, runId: string): HiddenPaths {
  if (!/^[0-9a-f]{16}$/.test(runId)) throw new RangeError(`a run id is 16 lower-case hex digits, not "${runId}"`);
  const prefix = hiddenPrefix(target);
  return {
    beside: join(dirname(target), `${prefix}tmp-${runId}`),
    inside: join(target, `${prefix}tmp-${runId}`),
    earlier: join(dirname(target), `${prefix}old-${runId}`),
    ownerBeside: join(dirname(target), `${prefix}run-${runId}`),
    ownerInside: join(target, `${prefix}run-${runId}`),
    lock: join(dirname(target), `${prefix}lock`),
    preparedLock: join(dirname(target), `${prefix}lck-${runId}`),
  };
}

/** What runs left beside the target, or in it, that hold its name; also what a run is building now. Absolute, sorted. */
export function findHidden(target: string): string[] {
  const places = dirname(target) === target ? [target] : [dirname(target), target];
  const prefix = hiddenPrefix(target);
  return places.flatMap((place) => hiddenIn(place, prefix)).sort();
}

/** Whether a hidden path says whose the others of its run are. */
export function isOwnerPath(path: string): boolean {
  return /\.run-[0-9a-f]{16}$/.test(path);
}

/** Whether a hidden path is that of an earlier dump, moved away. */
export function isEarlierPath(path: string): boolean {
  return /\.old-[0-9a-f]{16}$/.test(path);
}

function hiddenPrefix(target: string): string {
  return `.${fittedStem(basename(target), MORE_BYTES)}.`;
}

function hiddenIn(folder: string, prefix: string): string[] {
  return names(folder)
    .filter((name) => name.startsWith(prefix) && ENDING.test(name.slice(prefix.length)))
    .map((name) => join(folder, name));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
