import { type Stats, statSync } from 'node:fs';

const WRITABLE_BY_ALL = 0o002;
const WRITABLE_BY_GROUP = 0o020;
const STICKY = 0o1000;

/*
 * Two questions about the folder of an output, with two answers where a group may write to it. A group is chosen by the
 * folder's owner, so nobody is warned of it. But it is somebody else all the same: when what was made there belongs to
 * another user, that may be a member's doing.
 */

/** Whether any user of the machine can put something else in the place of what is in a folder: a reason to warn. */
export function isOpenToAll(folder: string): boolean {
  return canBeSwappedIn(folder, WRITABLE_BY_ALL);
}

/** Whether anybody but its owner can, a group too: a reason to ask whose something is that was made there. */
export function isOpenToOthers(folder: string): boolean {
  return canBeSwappedIn(folder, WRITABLE_BY_ALL | WRITABLE_BY_GROUP);
}

/** In a sticky folder everybody moves and removes only what is theirs. */
function canBeSwappedIn(folder: string, writable: number): boolean {
  const stat = statOf(folder);
  return stat !== undefined && (stat.mode & writable) !== 0 && (stat.mode & STICKY) === 0;
}

/** A folder that cannot be looked at shows when something is made in it, with the reason. */
function statOf(folder: string): Stats | undefined {
  try {
    return statSync(folder);
  } catch {
    return undefined;
  }
}
