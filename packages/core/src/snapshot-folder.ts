import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { isFolder, listFolder, look, pause } from './folder-look.ts';

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
  return new EnvironmentError(
    `${given} holds no snapshot: no file in it has a name of 16 hex digits and .fsm; name the node's fsm-snap folder, or the data folder above it`,
  );
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
