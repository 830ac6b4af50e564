import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fewNames } from '@ekv/dump-tree';
import { EnvironmentError } from '@ekv/snapshot';
import { look } from '@ekv/snapshot/publish';
import { isFolder, listFolder } from '../files/folder-look.ts';
import {
  DATA_FOLDER_SIGNS,
  GROUP_FOLDER,
  SNAPSHOT_FOLDER,
  TOKEN_FOLDER,
  TOKEN_SUFFIX,
  UNFINISHED_SUFFIX,
} from './node-layout.ts';

/** What is wrong with a folder that is there and gives no snapshot, and what to name instead. */
export function noSnapshot(given: string): EnvironmentError {
  const snapshots = snapshotsOf(given);
  const tokens = snapshots === undefined ? [] : tokensOf(given);
  if (tokens.length > 0) {
    return new EnvironmentError(
      `${given} holds no snapshot, though the node has taken some: there are tokens of them (${fewNames(tokens, MOST_TOKENS)}), and their files are gone; find out what removed them, put them back, or look at another node of the group`,
    );
  }
  const below = groupsBelow(given);
  if (below.length > 0) {
    return new EnvironmentError(
      `${given} holds no snapshot itself, but these folders in it have an ${SNAPSHOT_FOLDER}: ${fewNames(below, MOST_GROUPS)}; choose one, or the folder above those of several groups (group-<id>) to decode them together`,
    );
  }
  if (snapshots === undefined) {
    const beside = otherGroups(given);
    if (beside !== undefined) return beside;
  }
  if (
    snapshots?.every((name) => name.endsWith(UNFINISHED_SUFFIX)) ||
    (snapshots === undefined && isDataFolder(given))
  ) {
    return new EnvironmentError(
      `${given} holds no snapshot yet: the node has not taken one; it takes the first after so many log entries, so wait, or look at another node of the group`,
    );
  }
  const dump = dumpAround(given);
  if (dump !== undefined)
    return new EnvironmentError(
      dump === given
        ? `${given} holds no snapshot: it is a dump, which a decode has made; name the snapshot, or the folder of a node`
        : `${given} holds no snapshot: it is a part of the dump ${dump}; where a dump is taken, name that`,
    );
  return new EnvironmentError(
    `${given} holds no snapshot: no file in it has a name of 16 hex digits and .fsm, and no MANIFEST.json makes it a dump; name the node's fsm-snap folder, or the data folder above it`,
  );
}

/** As {@link noSnapshot}, of a folder that is not there. */
export function noFolder(given: string): EnvironmentError {
  return (
    otherGroups(given) ??
    new EnvironmentError(`${given} is not there; name the node's fsm-snap folder, or the data folder above it`)
  );
}

/** How many tokens an error names. */
const MOST_TOKENS = 3;
/** How many folders an error names. */
const MOST_GROUPS = 8;
/** Levels of a dump above the folder that was named. */
const DEEPEST_IN_DUMP = 8;
/** Data folders of several groups are a folder or two below the one given. */
const DEEPEST_GROUP = 2;

/** Folders below the one given that have a snapshot folder, in the order of their names: an operator named their parent. */
function groupsBelow(given: string, levels = DEEPEST_GROUP): string[] {
  if (levels === 0) return [];
  const folders = foldersIn(given);
  const groups = folders.filter((folder) => isReadableFolder(join(folder, SNAPSHOT_FOLDER)));
  return groups.length > 0 ? groups : folders.flatMap((folder) => groupsBelow(folder, levels - 1));
}

/** The operator named a group, or its snapshot folder, that has none; others on this node do. */
function otherGroups(given: string): EnvironmentError | undefined {
  const path = resolve(given);
  const group = basename(path) === SNAPSHOT_FOLDER ? dirname(path) : path;
  if (!GROUP_FOLDER.test(basename(group))) return undefined;
  const others = groupsBelow(dirname(group), 1);
  if (others.length === 0) return undefined;
  return new EnvironmentError(
    `${given} holds no snapshot: this node has no ${SNAPSHOT_FOLDER} of this group, but it has of these: ${fewNames(others, MOST_GROUPS)}; choose one, or the folder above them to decode all groups together`,
  );
}

/** The dump that the given folder is in, or is itself. */
function dumpAround(given: string): string | undefined {
  let path = given;
  for (let i = 0; i <= DEEPEST_IN_DUMP; i++) {
    if (isThere(join(path, 'MANIFEST.json'))) return path;
    path = basename(path) === '' || /^\.+$/.test(basename(path)) ? dirname(resolve(path)) : dirname(path);
  }
  return undefined;
}

/** For a better message alone: what cannot be read is none. */
function foldersIn(path: string): string[] {
  const names = namesIn(path)?.sort().slice(0, MOST_LOOKED_AT) ?? [];
  return names.map((name) => join(path, name)).filter(isReadableFolder);
}

/** Names of a folder of a stranger that are looked at. */
const MOST_LOOKED_AT = 100;

/** What is in the snapshot folder that the given one is, or has; `undefined` when there is no such folder. */
function snapshotsOf(given: string): string[] | undefined {
  const inside = join(given, SNAPSHOT_FOLDER);
  if (isReadableFolder(inside)) return namesIn(inside);
  return realName(given) === SNAPSHOT_FOLDER ? namesIn(given) : undefined;
}

/** Names of the tokens beside the snapshot folder that the given one is, or has. */
function tokensOf(given: string): string[] {
  const folder = realName(given) === SNAPSHOT_FOLDER ? dirname(given) : given;
  const names = namesIn(join(folder, TOKEN_FOLDER)) ?? [];
  return names.filter((name) => name.endsWith(TOKEN_SUFFIX)).sort();
}

function isDataFolder(given: string): boolean {
  return DATA_FOLDER_SIGNS.some((name) => isThere(join(given, name)));
}

function namesIn(path: string): string[] | undefined {
  return unlessRefused(() => listFolder(path));
}

function isReadableFolder(path: string): boolean {
  return unlessRefused(() => isFolder(path)) ?? false;
}

function isThere(path: string): boolean {
  return unlessRefused(() => look(path)) !== undefined;
}

function realName(path: string): string | undefined {
  return unlessRefused(() => basename(realpathSync(path)));
}

function unlessRefused<T>(lookAt: () => T): T | undefined {
  try {
    return lookAt();
  } catch {
    return undefined;
  }
}
