import { givenBoolean, givenObject, givenText, wrongKind } from '@ekv/snapshot/arguments';
import type { Peer } from '../format/peer.ts';

/** What a node's directory is prepared from, and for whom. docs/format/07-restore.md, section 2. */
export interface PrepareRequest {
  /** The snapshot that encode wrote. */
  readonly input: string;
  /** Its sidecar. Default: `<input>.encode_info.json`. */
  readonly encodeInfo?: string | undefined;
  /** The directory to make. It must not exist, its parent must. */
  readonly dataDir: string;
  /** Of the snapshot in raft's log, from 1 to 2^64 - 2. */
  readonly index: bigint;
  /** From 1 to 2^64 - 1. Default: 1. */
  readonly term?: bigint | undefined;
  /** All voters: `id=address,id=address`. */
  readonly peers: string;
  /** The id of the node whose directory it is, when it is one's alone: it must be a voter. */
  readonly raftId?: string | undefined;
  /** The cluster that the dump must come from. */
  readonly targetClusterId?: string | undefined;
  /** The target is a new cluster: the dump may come from any. */
  readonly freshCluster?: boolean | undefined;
  /** Take a snapshot whose sidecar names no cluster. */
  readonly allowMissingClusterId?: boolean | undefined;
  /** Take a snapshot that encode did not test. One whose test failed is never taken. */
  readonly allowUnverifiedSelfTest?: boolean | undefined;
  /** Check everything, write nothing. */
  readonly dryRun?: boolean | undefined;
}

/**
 * Throws ArgumentError for what is not of its type, by name: the text `"false"` would count as true, and take a snapshot that the caller
 * wants to be refused.
 */
export function checkRequest(request: PrepareRequest): void {
  const { input, encodeInfo, dataDir, index, term, peers, raftId, targetClusterId } = givenObject(
    request,
    'the request',
  );
  givenText(input, 'input');
  givenText(dataDir, 'dataDir');
  givenText(peers, 'peers');
  if (typeof index !== 'bigint') throw wrongKind(index, 'index', 'a bigint');
  if (term !== undefined && typeof term !== 'bigint') throw wrongKind(term, 'term', 'a bigint');
  for (const [name, text] of Object.entries({ encodeInfo, raftId, targetClusterId }))
    if (text !== undefined) givenText(text, name);
  const { freshCluster, allowMissingClusterId, allowUnverifiedSelfTest, dryRun } = request;
  for (const [name, is] of Object.entries({ freshCluster, allowMissingClusterId, allowUnverifiedSelfTest, dryRun }))
    if (is !== undefined) givenBoolean(is, name);
}

/** A directory that a node boots from, or with `dryRun` would. */
export interface PrepareResult {
  readonly outcome: 'prepared' | 'would be prepared';
  readonly input: string;
  readonly dataDir: string;
  readonly index: bigint;
  readonly term: bigint;
  /** Ascending by node id. */
  readonly peers: readonly Peer[];
  readonly entries: number;
  /** Of the snapshot that encode wrote. */
  readonly bytes: number;
  /** The same, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly lastCommitTs: bigint;
  /** Milliseconds since 1970 below which the clock of the node will not go. */
  readonly clockCeiling: bigint;
  readonly clusterId: string;
  readonly warnings: number;
}
