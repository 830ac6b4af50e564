import type { Ending, GivenFlags } from '@ekv/command-line';
import type { PrepareGroupsRequest, PrepareGroupsResult } from '@ekv/restore';
import { UsageError } from '@ekv/snapshot';
import { groupsNextSteps } from './next-steps.ts';
import { numberOf } from './number-flag.ts';
import { peersJson } from './peers-json.ts';

/** Whether the directories of all groups of a node are wanted. Throws UsageError for flags that do not go with that, or with it alone. */
export function isOfGroups(flags: GivenFlags): boolean {
  if (!flags.text('groups-dir')) {
    if (flags.text('peers-of') !== undefined)
      throw new UsageError('--peers-of goes with --groups-dir; say --peers for one group');
    return false;
  }
  const others = ['input', 'encode-info', 'data-dir', 'peers'].filter((name) => flags.text(name) !== undefined);
  if (others.length > 0) {
    const names = others.map((name) => `--${name}`).join(', ');
    throw new UsageError(
      `--groups-dir takes the place of ${names}; leave that out, and give --raft-data-dir, --raft-id and --peers-of`,
    );
  }
  return true;
}

export function groupsRequest(flags: GivenFlags): PrepareGroupsRequest {
  const [raftDataDir, raftId, peersOf] = ['raft-data-dir', 'raft-id', 'peers-of'].map((name) => flags.text(name));
  if (!raftDataDir) throw new UsageError('--groups-dir needs --raft-data-dir: the directory of the node is made in it');
  if (raftId === undefined)
    throw new UsageError('--groups-dir needs --raft-id: a node looks for its directory under its own id');
  if (!peersOf?.trim()) {
    throw new UsageError(
      '--groups-dir needs --peers-of: all voters of each group, 1=id=address,id=address;2=id=address; --help shows examples',
    );
  }
  return {
    groupsDir: flags.text('groups-dir')!,
    raftDataDir,
    raftId,
    peersOf,
    index: flags.text('index') === undefined ? 1n : numberOf(flags, 'index'),
    term: numberOf(flags, 'term'),
    targetClusterId: flags.text('target-cluster-id'),
    freshCluster: flags.isOn('fresh-cluster'),
    allowMissingClusterId: flags.isOn('allow-missing-cluster-id'),
    allowUnverifiedSelfTest: flags.isOn('allow-unverified-self-test'),
    dryRun: flags.isOn('dry-run'),
  };
}

export function groupsEnding(result: PrepareGroupsResult): Ending {
  const { outcome, groupsDir, dataDir, raftId, index, term, groups, ranges, lastCommitTs, clockCeiling, clusterId } =
    result;
  const isPrepared = outcome === 'groups prepared';
  const steps = groupsNextSteps(result);
  const total = (field: 'entries' | 'bytes') => groups.reduce((sum, group) => sum + group[field], 0);
  return {
    exitCode: 0,
    message: isPrepared ? 'node directory prepared' : 'nothing was written: the directory would be prepared',
    fields: {
      groups_dir: groupsDir,
      data_dir: dataDir,
      raft_id: raftId,
      groups: groups.map(({ group }) => group).join(','),
      index,
      term,
      entries: total('entries'),
      bytes: total('bytes'),
      last_commit_ts: lastCommitTs,
      clock_ceiling: new Date(Number(clockCeiling)).toISOString(),
      cluster_id: clusterId,
      warning_count: result.warnings,
    },
    lines: isPrepared ? steps : [],
    json: {
      outcome: isPrepared ? 'prepared' : 'dry_run',
      groups_dir: groupsDir,
      data_dir: dataDir,
      raft_id: raftId,
      index,
      term,
      ranges,
      groups: groups.map(({ group, input, dataDir: place, peers, entries, bytes, sha256 }) => ({
        group,
        input,
        data_dir: place,
        peers: peersJson(peers),
        entries,
        bytes,
        sha256,
      })),
      last_commit_ts: lastCommitTs,
      clock_ceiling_ms: clockCeiling,
      cluster_id: clusterId,
      next_steps: steps,
    },
  };
}
