import { join } from 'node:path';
import { EnvironmentError, type Warn } from '@ekv/snapshot';
import { look } from '@ekv/snapshot/publish';
import { isFolder, listFolder } from '../files/folder-look.ts';
import { SNAPSHOT_FOLDER } from '../node-folder/node-layout.ts';
import { type NewestOptions, type OpenCandidate, openNewest } from '../node-folder/open-candidate.ts';
import { candidatesIn, findSnapshotFolder, type SnapshotFolder } from '../node-folder/snapshot-folder.ts';
import { groupOfFolder, MOST_INPUTS } from './group-file.ts';

/** The data folder of one of several groups of a node. */
export interface GroupFolder {
  readonly group: bigint;
  readonly path: string;
}

/** Keeps time, and holds no rows. */
const TIME_GROUP = 0n;

/**
 * The folders of the groups that a node's folder holds, ascending by group; nothing when it is the folder of one group, or no folder.
 * docs/format/01-snapshot.md, section 8.2.
 *
 * @throws EnvironmentError when it is both.
 */
export function groupFoldersIn(given: string): GroupFolder[] | undefined {
  if (look(given) === undefined || !isFolder(given)) return undefined;
  const groups = listFolder(given)
    .map((name) => ({ group: groupOfFolder(name), path: join(given, name) }))
    .filter((one): one is GroupFolder => one.group !== undefined && one.group !== TIME_GROUP && isFolder(one.path))
    .sort((a, b) => (a.group < b.group ? -1 : 1));
  if (groups.length === 0) return undefined;
  if (groups.length > MOST_INPUTS)
    throw new EnvironmentError(`${given} holds ${groups.length} groups, and up to ${MOST_INPUTS} can be read together`);
  if (isFolder(join(given, SNAPSHOT_FOLDER)))
    throw new EnvironmentError(
      `${given} holds both ${SNAPSHOT_FOLDER} and ${groups[0]!.path}: the cluster once had another number of groups, and one of the two is what is left of that; name the ${SNAPSHOT_FOLDER} folder itself, or move it away`,
    );
  return groups;
}

/** The newest snapshot of a group, open. */
export interface OpenGroup {
  readonly group: bigint;
  readonly folder: SnapshotFolder;
  readonly candidate: OpenCandidate;
}

/**
 * Opens the newest snapshot of a group of a node; to be closed by the caller.
 *
 * @param missing what a group without any is. Throws what {@link openNewest} throws.
 */
export function openGroup(
  { group, path }: GroupFolder,
  options: NewestOptions,
  missing: 'refused' | 'passed over',
): OpenGroup | undefined {
  const folder = findSnapshotFolder(path);
  const isEmpty = () => candidatesIn(folder).length === 0;
  if (missing === 'passed over' && isEmpty()) {
    warnOfNoSnapshot(group, path, options.warn);
    return undefined;
  }
  try {
    return { group, folder, candidate: openNewest(path, folder, options) };
  } catch (error) {
    if (!(error instanceof EnvironmentError && isEmpty())) throw error;
    throw new EnvironmentError(
      `group ${group} has no snapshot: ${error.message}; a start of the node with ELASTICKV_RAFT_SNAPSHOT_COUNT=5 gives each group one within seconds, and --allow-missing-groups decodes the other groups`,
    );
  }
}

function warnOfNoSnapshot(group: bigint, path: string, warn: Warn): void {
  warn({
    event: 'group_without_snapshot',
    message: `group ${group} has no snapshot in ${path}, so its data is not in the dump; a start of the node with ELASTICKV_RAFT_SNAPSHOT_COUNT=5 gives it one within seconds`,
    fields: { group, folder: path },
  });
}
