import { resolve } from 'node:path';
import { findRuns, warnOfRuns } from '@ekv/dump-tree';
import { UsageError, type Warn } from '@ekv/snapshot';
import { givenWarn } from '@ekv/snapshot/arguments';
import { newRunId } from '@ekv/snapshot/publish';
import type { Peer } from '../format/peer.ts';
import type { PassedPayload } from '../payload/pass-payload.ts';
import { parseGroupPeers } from './group-peers.ts';
import { closeGroups, type GroupSnapshot, openGroups } from './group-snapshots.ts';
import { checkGroupsRequest, type PrepareGroupsRequest, type PrepareGroupsResult } from './groups-request.ts';
import { checkPlace, placeOfNode } from './node-place.ts';
import { checkNumbers, refuseStranger, warnOfPorts } from './prepare-node.ts';
import type { RestoreRun } from './restore-run.ts';
import { refuseTwoTargets } from './sidecar-checks.ts';
import { GROUP_FOLDERS, rehearsePayload, stagePayload } from './stage-payload.ts';
import { StagedNode } from './staged-node.ts';

/**
 * Makes the directory of a node with several Raft groups from the snapshots that encode wrote for them. It appears by one rename, with
 * the directories of all groups or not at all. docs/format/07-restore.md, section 12.
 *
 * @throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any of them nothing is there.
 */
export function prepareGroups(request: PrepareGroupsRequest, run: RestoreRun = {}): PrepareGroupsResult {
  givenWarn(run.warn, 'prepareGroups');
  let warnings = 0;
  const warn: Warn = (warning) => {
    warnings++;
    run.warn?.(warning);
  };
  checkGroupsRequest(request);
  const { groupsDir, raftDataDir, raftId, index = 1n, term = 1n } = request;
  if (groupsDir === '')
    throw new UsageError('the option groupsDir is required: name the folder that encode wrote for several groups');
  if (raftDataDir === '') throw new UsageError('the option raftDataDir is required: name the raftDataDir of the node');
  checkNumbers(index, term);
  refuseTwoTargets(request);
  const peers = parseGroupPeers(request.peersOf);
  for (const list of peers.values()) refuseStranger(raftId, list);
  const dataDir = placeOfNode(raftDataDir, raftId);
  warnOfRuns(findRuns(checkPlace(dataDir)), warn);
  for (const list of peers.values()) warnOfPorts(list, warn);
  const snapshots = openGroups(groupsDir, request, warn);
  try {
    const groups = snapshots.map((snapshot) => groupOf(snapshot, peers, snapshots.length));
    refuseUnknown(peers, snapshots);
    const job: Job = { request, run, groups, dataDir, index, term };
    const passed = request.dryRun ? groups.map(({ source }) => rehearsePayload(source, run)) : prepare(job);
    const { payload, ceiling, info } = groups[0]!.source;
    return {
      outcome: request.dryRun ? 'groups would be prepared' : 'groups prepared',
      groupsDir,
      dataDir,
      raftId,
      index,
      term,
      groups: groups.map((group, i) => preparedGroup(group, passed[i]!, dataDir)),
      ranges: info.ekv?.ranges ?? '',
      lastCommitTs: payload.lastCommitTs,
      clockCeiling: ceiling,
      clusterId: info.manifest_cluster_id,
      warnings,
    };
  } finally {
    closeGroups(snapshots);
  }
}

/** A snapshot, its voters, and where its directory stands. */
interface GroupToPrepare extends GroupSnapshot {
  readonly peers: readonly Peer[];
  /** Of its paths in the directory of the node. A node with one group has it in its own directory. */
  readonly prefix: string;
}

function groupOf(
  snapshot: GroupSnapshot,
  peersOf: ReadonlyMap<bigint, readonly Peer[]>,
  count: number,
): GroupToPrepare {
  const peers = peersOf.get(snapshot.group);
  if (peers === undefined) {
    throw new UsageError(
      `the option peersOf names no peers of group ${snapshot.group}, of which ${snapshot.input} is; name those of all groups`,
    );
  }
  return { ...snapshot, peers, prefix: count === 1 ? '' : `group-${snapshot.group}/` };
}

function refuseUnknown(peersOf: ReadonlyMap<bigint, readonly Peer[]>, snapshots: readonly GroupSnapshot[]): void {
  const unknown = [...peersOf.keys()].filter((group) => !snapshots.some((snapshot) => snapshot.group === group));
  if (unknown.length === 0) return;
  throw new UsageError(
    `the option peersOf names the groups ${unknown.join(', ')}, of which the option groupsDir has no snapshot; group 0 is made by the first start, others need one`,
  );
}

interface Job {
  readonly request: PrepareGroupsRequest;
  readonly run: RestoreRun;
  readonly groups: readonly GroupToPrepare[];
  readonly dataDir: string;
  readonly index: bigint;
  readonly term: bigint;
}

function prepare({ run, groups, dataDir, index, term }: Job): PassedPayload[] {
  const staged = new StagedNode(resolve(dataDir), dataDir, run.runId ?? newRunId());
  let isPublished = false;
  try {
    const passed = groups.map(({ prefix, source, peers }) => {
      if (prefix !== '') staged.directory(prefix.slice(0, -1));
      return stagePayload(staged, prefix, source, { index, term, peers }, run);
    });
    run.progress?.begin('publishing');
    const folders = groups.flatMap(({ prefix }) => [...GROUP_FOLDERS, '.'].map((name) => `${prefix}${name}`));
    staged.publish(folders, () => run.gate?.pass());
    isPublished = true;
    return passed;
  } finally {
    if (!isPublished) staged.abandon();
  }
}

function preparedGroup(
  { group, input, peers, prefix }: GroupToPrepare,
  { entries, bytes, sha256 }: PassedPayload,
  dataDir: string,
) {
  return {
    group,
    input,
    dataDir: prefix === '' ? dataDir : `${dataDir}/${prefix.slice(0, -1)}`,
    peers,
    entries,
    bytes,
    sha256,
  };
}
