import { closeSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parsePartitionMap, parseRanges } from '@ekv/routing';
import { DataError, environmentError, UsageError, type Warn } from '@ekv/snapshot';
import { openSource, type PayloadSource } from './payload-source.ts';
import type { SidecarRules } from './sidecar-checks.ts';

/** The snapshot of a group that encode wrote, beside those of others. */
export interface GroupSnapshot {
  readonly group: bigint;
  readonly input: string;
  readonly source: PayloadSource;
}

const NAME = /^group-([1-9][0-9]{0,19})\.fsm$/;

/**
 * Opens the snapshots of all groups in a folder, ascending by group; the caller closes them. They must come from one encode, and all of
 * its groups must be there. docs/format/07-restore.md, section 12.
 *
 * Throws UsageError for a folder without snapshots, DataError, EnvironmentError.
 */
export function openGroups(folder: string, rules: SidecarRules, warn: Warn): GroupSnapshot[] {
  const opened: GroupSnapshot[] = [];
  try {
    for (const group of groupsIn(folder)) {
      const input = join(folder, `group-${group}.fsm`);
      const source = openSource(input, { path: `${input}.encode_info.json` }, rules, warn);
      opened.push({ group, input, source });
      checkGroup(group, source);
    }
    checkTogether(opened);
    return opened;
  } catch (error) {
    closeGroups(opened);
    throw error;
  }
}

export function closeGroups(opened: readonly GroupSnapshot[]): void {
  for (const { source } of opened) closeSync(source.payload.fd);
}

function groupsIn(folder: string): bigint[] {
  const groups = namesIn(folder).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [BigInt(digits)];
  });
  if (groups.length === 0) {
    throw new UsageError(
      `the option groupsDir: ${folder} holds no group-<id>.fsm; name the folder that encode wrote for several groups`,
    );
  }
  return groups.sort((a, b) => (a < b ? -1 : 1));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    throw environmentError(error, 'read the folder', folder);
  }
}

function checkGroup(group: bigint, { info, sidecar }: PayloadSource): void {
  const told = info.ekv?.group;
  if (told === undefined) {
    throw new DataError(
      `${sidecar}: ekv.group is missing, so the snapshot is not one of several; encode makes such ones with the option groups`,
    );
  }
  if (told !== group) {
    throw new DataError(
      `${sidecar}: ekv.group is ${told}, but the name of the snapshot says ${group}; was it renamed?`,
    );
  }
}

/** What all sidecars of one run say alike, and how people call it. The same dump may be edited between two runs: the time shows that. */
const SAME_IN_A_RUN = [
  ['ranges', 'ranges'],
  ['map', 'partition maps'],
  ['at', 'commit timestamps'],
  ['root', 'dumps'],
  ['run', 'times'],
] as const;

/** Snapshots of two encodes would make one cluster of two dumps. */
function checkTogether(opened: readonly GroupSnapshot[]): void {
  const [first, ...others] = opened.map(({ source }) => source);
  for (const source of others) {
    const [own, other] = [first!, source].map(({ info, payload }) => ({
      ranges: info.ekv?.ranges,
      map: info.ekv?.partition_map,
      at: payload.lastCommitTs,
      root: info.input_root,
      run: info.wall_time_iso,
    }));
    const differs = SAME_IN_A_RUN.find(([field]) => own![field] !== other![field])?.[1];
    if (differs === undefined) continue;
    throw new DataError(
      `${first!.payload.path} and ${source.payload.path} are of different ${differs}, so they come from two runs of encode; bring the files of one run together`,
    );
  }
  const { ranges = '', partition_map = '' } = first!.info.ekv ?? {};
  const missing = [...new Set([...groupsOfRanges(ranges), ...groupsOfMap(partition_map)])].filter(
    (group) => !opened.some((one) => one.group === group),
  );
  if (missing.length === 0) return;
  throw new DataError(
    `${first!.sidecar}: ekv names the groups ${missing.join(', ')}, and no snapshot of them is there; a node with a group missing does not start: bring all files along`,
  );
}

/** None for bounds that no text of a flag can have. */
function groupsOfRanges(text: string): bigint[] {
  try {
    return parseRanges(text, 'ekv.ranges').map(({ group }) => group);
  } catch {
    return [];
  }
}

/** None for text that no encode writes. */
function groupsOfMap(text: string): bigint[] {
  try {
    return [...parsePartitionMap(text, 'ekv.partition_map').values()].flat();
  } catch {
    return [];
  }
}
