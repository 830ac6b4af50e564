import { givenBoolean, givenObject, givenText, wrongKind } from '@ekv/snapshot/arguments';
import type { PrepareRequest, PrepareResult } from './prepare-request.ts';

/** What the directory of a node with several Raft groups is prepared from. docs/format/07-restore.md, section 12. */
export interface PrepareGroupsRequest
  extends Pick<
    PrepareRequest,
    'targetClusterId' | 'freshCluster' | 'allowMissingClusterId' | 'allowUnverifiedSelfTest' | 'dryRun'
  > {
  /** The folder that encode wrote: a snapshot group-<id>.fsm with its sidecar for each group. */
  readonly groupsDir: string;
  /** The raftDataDir of the node; its directory must not exist in it. */
  readonly raftDataDir: string;
  readonly raftId: string;
  /** All voters of each group, with the addresses of that group: `1=n1=address,n2=address;2=n1=address,n2=address`. */
  readonly peersOf: string;
  /** Of all snapshots in the logs of raft, from 1 to 2^64 - 2. Default: 1. */
  readonly index?: bigint | undefined;
  /** From 1 to 2^64 - 1. Default: 1. */
  readonly term?: bigint | undefined;
}

/** Throws ArgumentError for what is not of its type, by name. */
export function checkGroupsRequest(request: PrepareGroupsRequest): void {
  const { groupsDir, raftDataDir, raftId, peersOf, index, term, targetClusterId } = givenObject(request, 'the request');
  for (const [name, text] of Object.entries({ groupsDir, raftDataDir, raftId, peersOf })) givenText(text, name);
  if (targetClusterId !== undefined) givenText(targetClusterId, 'targetClusterId');
  for (const [name, number] of Object.entries({ index, term }))
    if (number !== undefined && typeof number !== 'bigint') throw wrongKind(number, name, 'a bigint');
  const { freshCluster, allowMissingClusterId, allowUnverifiedSelfTest, dryRun } = request;
  for (const [name, is] of Object.entries({ freshCluster, allowMissingClusterId, allowUnverifiedSelfTest, dryRun }))
    if (is !== undefined) givenBoolean(is, name);
}

/** The directory of one group. */
export interface PreparedGroup
  extends Pick<PrepareResult, 'input' | 'dataDir' | 'peers' | 'entries' | 'bytes' | 'sha256'> {
  readonly group: bigint;
}

/** The directories of all groups of a node, or with `dryRun` what they would be. */
export interface PrepareGroupsResult
  extends Pick<PrepareResult, 'index' | 'term' | 'lastCommitTs' | 'clockCeiling' | 'clusterId' | 'warnings'> {
  readonly outcome: 'groups prepared' | 'groups would be prepared';
  readonly groupsDir: string;
  /** The directory of the node. */
  readonly dataDir: string;
  readonly raftId: string;
  /** Ascending by group. */
  readonly groups: readonly PreparedGroup[];
  /** By which encode divided the rows, as the flag --shardRanges of a server has them. */
  readonly ranges: string;
}
