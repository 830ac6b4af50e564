import { opendirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '@ekv/snapshot';
import { kindInWords, look, lookThrough } from '@ekv/snapshot/publish';

/** Name of a node's store in its raft directory: beside an old one nothing is restored. docs/format/07-restore.md, section 5. */
const STORE = 'fsm.db';

/** Cheap checks of the place before any work. @param shown as the operator named it. Throws UsageError. Section 3.1. */
export function checkPlace(shown: string): string {
  const place = resolve(shown);
  const there = look(place);
  if (there !== undefined) {
    if (there.isDirectory() && look(join(place, STORE)) !== undefined)
      throw new UsageError(
        `${shown} is the directory of a node, with its store ${STORE}; stop the node and move the whole directory away first, or prepare at another path`,
      );
    if (there.isDirectory() && isEmpty(place))
      throw new UsageError(
        `${shown} exists already (a folder), and is empty, as a run leaves it that was killed in its last step; remove it with rmdir, or name a directory that does not exist`,
      );
    throw new UsageError(`${shown} exists already (${kindInWords(there)}); name a directory that does not exist`);
  }
  const parent = dirname(place);
  if (lookThrough(parent) === undefined)
    throw new UsageError(`the parent of ${shown} does not exist; make ${parent} first`);
  if (look(join(parent, STORE)) !== undefined)
    throw new UsageError(
      `${parent}, the parent of ${shown}, holds the store ${STORE} of a node, so it is a node's own directory; name <raftDataDir>/<raftId>`,
    );
  return place;
}

/** What cannot be listed holds something, for all that is known. */
function isEmpty(path: string): boolean {
  try {
    using folder = opendirSync(path);
    return folder.readSync() === null;
  } catch {
    return false;
  }
}

/** `<raftDataDir>/<raftId>`, where a node looks for its directory. Throws UsageError for an id that is no name. */
export function placeOfNode(raftDataDir: string, raftId: string): string {
  if (raftId === '' || raftId === '.' || raftId === '..' || raftId.includes('/') || raftId.includes('\0'))
    throw new UsageError(`the option raftId ${JSON.stringify(raftId)} is no name of a directory`);
  return join(raftDataDir, raftId);
}
