import { closeSync } from 'node:fs';
import { U64_MAX } from '@ekv/adapter';
import { findRuns, warnOfRuns } from '@ekv/dump-tree';
import { UsageError, type Warn } from '@ekv/snapshot';
import { givenWarn } from '@ekv/snapshot/arguments';
import { newRunId } from '@ekv/snapshot/publish';
import type { Peer } from '../format/peer.ts';
import type { PassedPayload } from '../payload/pass-payload.ts';
import { checkPlace } from './node-place.ts';
import { openSource, type PayloadSource } from './payload-source.ts';
import { parsePeerList, withoutPort } from './peer-list.ts';
import { checkRequest, type PrepareRequest, type PrepareResult } from './prepare-request.ts';
import type { RestoreRun } from './restore-run.ts';
import { refuseTwoTargets } from './sidecar-checks.ts';
import { GROUP_FOLDERS, type RaftPlace, rehearsePayload, stagePayload } from './stage-payload.ts';
import { StagedNode } from './staged-node.ts';

/**
 * Makes the raft directory of a node from a snapshot that encode wrote. It appears complete or not at all, its bytes depend on the request
 * and the snapshot alone. docs/format/07-restore.md.
 *
 * @throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any of them nothing is there.
 */
export function prepareNode(request: PrepareRequest, run: RestoreRun = {}): PrepareResult {
  givenWarn(run.warn, 'prepareNode');
  let warnings = 0;
  const warn: Warn = (warning) => {
    warnings++;
    run.warn?.(warning);
  };
  checkRequest(request);
  const { input, index, term = 1n } = request;
  checkPlaces(request);
  checkNumbers(index, term);
  refuseTwoTargets(request);
  const peers = parsePeerList(request.peers);
  refuseStranger(request.raftId, peers);
  const path = checkPlace(request.dataDir);
  warnOfRuns(findRuns(path), warn);
  warnOfPorts(peers, warn);
  const sidecar = request.encodeInfo ?? `${input}.encode_info.json`;
  const source = openSource(input, { path: sidecar, wayOut: ', or name it with the option encodeInfo' }, request, warn);
  try {
    const place = { index, term, peers };
    const passed = request.dryRun ? rehearsePayload(source, run) : prepare(source, place, { request, path, run });
    return {
      outcome: request.dryRun ? 'would be prepared' : 'prepared',
      input,
      dataDir: request.dataDir,
      index,
      term,
      peers,
      entries: passed.entries,
      bytes: passed.bytes,
      sha256: passed.sha256,
      lastCommitTs: source.payload.lastCommitTs,
      clockCeiling: source.ceiling,
      clusterId: source.info.manifest_cluster_id,
      warnings,
    };
  } finally {
    closeSync(source.payload.fd);
  }
}

interface Target {
  readonly request: PrepareRequest;
  /** Absolute. */
  readonly path: string;
  readonly run: RestoreRun;
}

function prepare(source: PayloadSource, place: RaftPlace, { request, path, run }: Target): PassedPayload {
  const staged = new StagedNode(path, request.dataDir, run.runId ?? newRunId());
  let isPublished = false;
  try {
    const passed = stagePayload(staged, '', source, place, run);
    run.progress?.begin('publishing');
    staged.publish(GROUP_FOLDERS, () => run.gate?.pass());
    isPublished = true;
    return passed;
  } finally {
    if (!isPublished) staged.abandon();
  }
}

function checkPlaces({ input, dataDir }: PrepareRequest): void {
  if (input === '') throw new UsageError('the option input is required: name the snapshot that encode wrote');
  if (dataDir === '') throw new UsageError('the option dataDir is required: name the directory to make');
}

/** Throws UsageError. */
export function checkNumbers(index: bigint, term: bigint): void {
  if (index < 1n || index >= U64_MAX)
    throw new UsageError(
      `the option index ${index} must be from 1 to ${U64_MAX - 1n}; 1 is right for a node without a store`,
    );
  if (term < 1n || term > U64_MAX) throw new UsageError(`the option term ${term} must be from 1 to ${U64_MAX}`);
}

/** Throws UsageError. */
export function refuseStranger(raftId: string | undefined, peers: readonly Peer[]): void {
  if (raftId === undefined || peers.some(({ id }) => id === raftId)) return;
  throw new UsageError(
    `the option raftId ${JSON.stringify(raftId)} is none of the peers (${peers.map(({ id }) => id).join(', ')}): a node that is no member does not start`,
  );
}

export function warnOfPorts(peers: readonly Peer[], warn: Warn): void {
  for (const { id, address } of withoutPort(peers))
    warn({
      event: 'peer_without_port',
      message: `the address ${address} of the peer ${id} ends in no port, such as :2380; a node could not be reached there`,
      fields: { peer: id, address },
      doubt: true,
    });
}
