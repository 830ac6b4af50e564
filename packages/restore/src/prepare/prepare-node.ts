import { closeSync } from 'node:fs';
import { U64_MAX } from '@ekv/adapter';
import type { EncodeInfo } from '@ekv/manifest';
import { crc32c, DataError, UsageError, type Warn } from '@ekv/snapshot';
import { newRunId } from '@ekv/snapshot/publish';
import { clockCeiling, nodeSnapshotName, writeNodeHeader } from '../format/node-snapshot.ts';
import type { Peer } from '../format/peer.ts';
import { PEERS_FILE, writePeersFile } from '../format/peers-file.ts';
import { snapFileName, writeSnapFile } from '../format/snap-file.ts';
import { WAL_BYTES, WAL_FILE, writeWalHead } from '../format/wal-file.ts';
import { type PassedPayload, passPayload } from '../payload/pass-payload.ts';
import { openPayload, type PayloadFile } from '../payload/payload-file.ts';
import { checkPlace } from './node-place.ts';
import { parsePeerList, withoutPort } from './peer-list.ts';
import { checkRequest, type PrepareRequest, type PrepareResult } from './prepare-request.ts';
import { checkSidecar, readSidecar, refuseTwoTargets } from './sidecar-checks.ts';
import { StagedNode } from './staged-node.ts';

/** What a run is doing. */
type RestorePhase = 'checking the snapshot' | 'copying the snapshot' | 'publishing';

/** How a run is watched and stopped; all may be left out. */
export interface RestoreRun {
  /** Gets what the operator should know. */
  readonly warn?: Warn | undefined;
  /** 16 lower-case hex digits in the names of temporary files. Default: random. */
  readonly runId?: string | undefined;
  readonly progress?: { begin(phase: RestorePhase, bytes?: number): void; count(bytes: number): void } | undefined;
  /** Is passed before the step that cannot be taken back. */
  readonly gate?: { pass(): void } | undefined;
}

const DAY_MS = 24n * 60n * 60n * 1000n;

/**
 * Makes the raft directory of a node from a snapshot that encode wrote. It appears complete or not at all, its bytes depend on the request
 * and the snapshot alone. docs/format/07-restore.md.
 *
 * @throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any of them nothing is there.
 */
export function prepareNode(request: PrepareRequest, run: RestoreRun = {}): PrepareResult {
  let warnings = 0;
  const warn: Warn = (warning) => {
    warnings++;
    run.warn?.(warning);
  };
  checkRequest(request);
  const { input, index, term = 1n } = request;
  checkNumbers(request, term);
  refuseTwoTargets(request);
  const peers = parsePeerList(request.peers);
  refuseStranger(request.raftId, peers);
  const place = checkPlace(request.dataDir);
  warnOfPorts(peers, warn);
  const sidecar = request.encodeInfo ?? `${input}.encode_info.json`;
  const info = readSidecar(sidecar, warn);
  checkSidecar(sidecar, info, request);
  const payload = openPayload(input);
  try {
    const ceiling = ceilingOf(payload);
    warnOfClock(payload, ceiling, info, warn);
    const job: Job = { request, run, payload, info, sidecar, place, peers, term, ceiling };
    const passed = request.dryRun ? rehearse(job) : prepare(job);
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
      lastCommitTs: payload.lastCommitTs,
      clockCeiling: ceiling,
      clusterId: info.manifest_cluster_id,
      warnings,
    };
  } finally {
    closeSync(payload.fd);
  }
}

/** All that was checked before the snapshot is read. */
interface Job {
  readonly request: PrepareRequest;
  readonly run: RestoreRun;
  readonly payload: PayloadFile;
  readonly info: EncodeInfo;
  readonly sidecar: string;
  /** Absolute. */
  readonly place: string;
  readonly peers: readonly Peer[];
  readonly term: bigint;
  readonly ceiling: bigint;
}

function checkNumbers({ input, dataDir, index }: PrepareRequest, term: bigint): void {
  if (input === '') throw new UsageError('the option input is required: name the snapshot that encode wrote');
  if (dataDir === '') throw new UsageError('the option dataDir is required: name the directory to make');
  if (index < 1n || index >= U64_MAX)
    throw new UsageError(
      `the option index ${index} must be from 1 to ${U64_MAX - 1n}; 1 is right for a node without a store`,
    );
  if (term < 1n || term > U64_MAX) throw new UsageError(`the option term ${term} must be from 1 to ${U64_MAX}`);
}

function refuseStranger(raftId: string | undefined, peers: readonly Peer[]): void {
  if (raftId === undefined || peers.some(({ id }) => id === raftId)) return;
  throw new UsageError(
    `the option raftId ${JSON.stringify(raftId)} is none of the peers (${peers.map(({ id }) => id).join(', ')}): a node that is no member does not start`,
  );
}

function ceilingOf({ path, lastCommitTs }: PayloadFile): bigint {
  try {
    return clockCeiling(lastCommitTs);
  } catch (error) {
    throw error instanceof DataError ? new DataError(`${path}: ${error.message}`) : error;
  }
}

/** Checks all of the snapshot, and writes nothing. */
function rehearse(job: Job): PassedPayload {
  job.run.progress?.begin('checking the snapshot', job.payload.byteLength);
  const passed = passPayload(job.payload, 0, (block) => job.run.progress?.count(block.length));
  checkDigest(job, passed);
  return passed;
}

function prepare(job: Job): PassedPayload {
  const { request, run, place, peers, term, ceiling, payload } = job;
  const { index } = request;
  const voters = peers.map(({ nodeId }) => nodeId);
  const staged = new StagedNode(place, request.dataDir, run.runId ?? newRunId());
  let isPublished = false;
  try {
    staged.directory('fsm-snap');
    run.progress?.begin('copying the snapshot', payload.byteLength);
    const passed = staged.file(`fsm-snap/${nodeSnapshotName(index)}`, { mode: 0o600 }, (put) => {
      const header = writeNodeHeader(ceiling);
      put(header);
      const copied = passPayload(payload, crc32c(header), (block) => {
        put(block);
        run.progress?.count(block.length);
      });
      const footer = Buffer.alloc(4);
      footer.writeUInt32BE(copied.crc32c);
      put(footer);
      return copied;
    });
    checkDigest(job, passed);
    run.progress?.begin('publishing');
    staged.directory('snap');
    const snap = writeSnapFile({ term, index, footer: passed.crc32c, voters });
    staged.file(`snap/${snapFileName({ term, index })}`, { mode: 0o666 }, (put) => put(snap));
    staged.directory('wal', 0o700);
    const wal = writeWalHead({ term, index, voters });
    staged.file(`wal/${WAL_FILE}`, { mode: 0o600, size: WAL_BYTES }, (put) => put(wal));
    staged.file(PEERS_FILE, { mode: 0o600 }, (put) => put(writePeersFile({ index, peers })));
    staged.publish(['fsm-snap', 'snap', 'wal'], () => run.gate?.pass());
    isPublished = true;
    return passed;
  } finally {
    if (!isPublished) staged.abandon();
  }
}

function checkDigest({ info, sidecar, payload }: Job, { sha256 }: PassedPayload): void {
  if (info.output_fsm_sha256.toLowerCase() === sha256) return;
  throw new DataError(
    `${payload.path} has the SHA-256 ${sha256}, and ${sidecar} says ${info.output_fsm_sha256}: it was cut or changed, or the sidecar is of another snapshot; copy both again`,
  );
}

function warnOfPorts(peers: readonly Peer[], warn: Warn): void {
  for (const { id, address } of withoutPort(peers))
    warn({
      event: 'peer_without_port',
      message: `the address ${address} of the peer ${id} ends in no port, such as :2380; a node could not be reached there`,
      fields: { peer: id, address },
      doubt: true,
    });
}

/** A clock that was set ahead can never be taken back. Section 10, point 12. */
function warnOfClock({ path, lastCommitTs }: PayloadFile, ceiling: bigint, info: EncodeInfo, warn: Warn): void {
  const now = BigInt(Date.now());
  if (ceiling > now + DAY_MS)
    warn({
      event: 'clock_ahead',
      message: `the timestamp of ${path} is ${(ceiling - now) / DAY_MS} days ahead of this machine's clock: the cluster would run that far ahead, and cannot be taken back; is the clock right, and was the option lastCommitTs of encode meant?`,
      fields: { last_commit_ts: lastCommitTs },
      doubt: true,
    });
  if (info.last_commit_ts !== 0n && info.last_commit_ts !== lastCommitTs)
    warn({
      event: 'sidecar_timestamp_differs',
      message: `${path} has the commit timestamp ${lastCommitTs}, and its sidecar says ${info.last_commit_ts}; that of the snapshot counts`,
      fields: { last_commit_ts: lastCommitTs, told: info.last_commit_ts },
      doubt: true,
    });
}
