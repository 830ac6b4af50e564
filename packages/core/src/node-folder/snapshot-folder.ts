import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { isFolder, listFolder, look, pause } from '../files/folder-look.ts';

/** The snapshot folder of a node; docs/format/01-snapshot.md, sections 8.2 to 8.4. */
export interface SnapshotFolder {
  /** The folder that holds the `.fsm` files. */
  readonly path: string;
  /** The folder of the tokens beside it; `undefined` when there is none. */
  readonly tokens: string | undefined;
}

const SNAPSHOT_FOLDER = 'fsm-snap';
const TOKEN_FOLDER = 'snap';

/** Finds the `fsm-snap` folder of a node: it is the folder given, or lies in it. Throws EnvironmentError. */
export function findSnapshotFolder(given: string): SnapshotFolder {
  const inside = join(given, SNAPSHOT_FOLDER);
  const path = isFolder(inside) ? inside : given;
  if (isFolder(path)) return { path, tokens: tokensBeside(path) };
  // It says why.
  listFolder(path);
  throw noSnapshot(given);
}

/**
 * Names of the snapshots without `.fsm`: 16 hex digits, the lowest index first. Links, folders and other names are none.
 * Throws EnvironmentError.
 */
export function candidatesIn({ path }: SnapshotFolder): string[] {
  for (let look = 1; ; look++) {
    const candidates = listCandidates(path);
    if (candidates.length > 0 || look === LOOKS) return candidates;
    pause();
  }
}

/** A listing of a folder in which one snapshot takes the place of another meanwhile may show neither. */
const LOOKS = 3;

function listCandidates(path: string): string[] {
  return listFolder(path)
    .filter((name) => /^[0-9a-f]{16}\.fsm$/.test(name) && look(join(path, name))?.isFile())
    .map((name) => name.slice(0, -'.fsm'.length))
    .sort();
}

export function noSnapshot(given: string): EnvironmentError {
  const groups = groupsBelow(given);
  if (groups.length > 0) {
    const more = groups.length > MOST_GROUPS ? ', ...' : '';
    return new EnvironmentError(
      `${given} holds no snapshot itself, but these folders in it have an ${SNAPSHOT_FOLDER}: ${groups.slice(0, MOST_GROUPS).join(', ')}${more}; choose one, each group has its own`,
    );
  }
  if (isEmptyOf(given)) {
    return new EnvironmentError(
      `${given} holds no snapshot yet: the node has not taken one; it takes the first after so many log entries, so wait, or look at another node of the group`,
    );
  }
  return new EnvironmentError(
    `${given} holds no snapshot: no file in it has a name of 16 hex digits and .fsm; name the node's fsm-snap folder, or the data folder above it`,
  );
}

/** How many folders an error names. */
const MOST_GROUPS = 8;
/** Data folders of several groups are a folder or two below the one given. */
const DEEPEST_GROUP = 2;

/** Folders below the one given that have a snapshot folder, in the order of their names: an operator named their parent. */
function groupsBelow(given: string, levels = DEEPEST_GROUP): string[] {
  if (levels === 0) return [];
  const folders = foldersIn(given);
  const groups = folders.filter((folder) => isReadableFolder(join(folder, SNAPSHOT_FOLDER)));
  return groups.length > 0 ? groups : folders.flatMap((folder) => groupsBelow(folder, levels - 1));
}

/** For a better message alone: what cannot be read is none. */
function foldersIn(path: string): string[] {
  try {
    const names = listFolder(path).sort().slice(0, MOST_LOOKED_AT);
    return names.map((name) => join(path, name)).filter(isReadableFolder);
  } catch {
    return [];
  }
}

/** Names of a folder of a stranger that are looked at. */
const MOST_LOOKED_AT = 100;

function isReadableFolder(path: string): boolean {
  try {
    return isFolder(path);
  } catch {
    return false;
  }
}

/** Whether it is the snapshot folder of a node, or has one, in which there is nothing. */
function isEmptyOf(given: string): boolean {
  const inside = join(given, SNAPSHOT_FOLDER);
  const path = isReadableFolder(inside) ? inside : given;
  try {
    return basename(realpathSync(path)) === SNAPSHOT_FOLDER && listFolder(path).length === 0;
  } catch {
    return false;
  }
}

/** What to do when a candidate is refused, for an error message. An older one is never taken without being asked for. */
export function nextOlder(folder: SnapshotFolder, candidate: string): string {
  const older = candidatesIn(folder).findLast((name) => name < candidate);
  if (older === undefined) return 'there is no older one';
  return `the next older one is ${pathOf(folder, older)}, pass it with --input`;
}

export function pathOf(folder: SnapshotFolder, candidate: string): string {
  return join(folder.path, `${candidate}.fsm`);
}

/** By the real path: the folder may be given as `.`, or by a link to it. */
function tokensBeside(path: string): string | undefined {
  const real = realpathSync(path);
  const tokens = join(dirname(real), TOKEN_FOLDER);
  return basename(real) === SNAPSHOT_FOLDER && isFolder(tokens) ? tokens : undefined;
}
