import { resolve } from 'node:path';
import {
  definition,
  type Ending,
  type GivenFlags,
  type Host,
  type Program,
  programCommand,
  withSharedFlags,
} from '@ekv/command-line';
import { hiddenPaths } from '@ekv/dump-tree';
import {
  type PrepareGroupsRequest,
  type PrepareGroupsResult,
  type PrepareRequest,
  type PrepareResult,
  placeOfNode,
  removeStagedNode,
} from '@ekv/restore';
import { UsageError } from '@ekv/snapshot';
import { existingOf } from './existing-paths.ts';
import { nextSteps } from './next-steps.ts';
import { numberOf } from './number-flag.ts';
import { peersJson } from './peers-json.ts';
import { groupsEnding, groupsRequest, isOfGroups } from './prepare-groups.ts';

const AFTER = `Examples:
  $0 --input out.fsm --data-dir prepared --index 1 --peers n1=10.0.0.1:2380,n2=10.0.0.2:2380,n3=10.0.0.3:2380 --target-cluster-id prod
  $0 --input out.fsm --raft-data-dir /var/lib/elastickv --raft-id n1 --index 1 --peers n1=10.0.0.1:2380 --fresh-cluster
  $0 --input out.fsm --data-dir prepared --index 1 --peers n1=10.0.0.1:2380 --fresh-cluster --dry-run
  $0 --groups-dir snapshots --raft-data-dir prepared --raft-id n1 --peers-of '1=n1=10.0.0.1:2380;2=n1=10.0.0.1:2381' --fresh-cluster

Index 1 and term 1 are right for nodes without a store. Name all voters of the cluster, with the addresses that they are \
started with: the same directory, byte for byte, is right for each of them. The next steps are printed in the end.
With --groups-dir the directories of all Raft groups of a node are made together.
Exit codes: 0 prepared; 1 wrong flags or paths, or the machine refuses; 2 the snapshot or its sidecar is refused; \
128 + signal when stopped. Nothing is there after a failure.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Makes the raft directory of a node from a snapshot that ekv-encode wrote.',
      version,
      after: AFTER,
    })
      .option('--input <file>', 'the snapshot that ekv-encode wrote (required)')
      .option('--encode-info <file>', 'its sidecar; default: <input>.encode_info.json')
      .option('--data-dir <folder>', 'the directory to make; it must not exist (required, or the next two)')
      .option(
        '--raft-data-dir <folder>',
        'the raftDataDir of a node: the directory is made in it, under the name of --raft-id',
      )
      .option('--raft-id <id>', 'the raftId of that node, one of the peers')
      .option(
        '--groups-dir <folder>',
        'what ekv-encode --groups wrote, in place of --input: all groups of the node at once',
      )
      .option('--peers-of <list>', 'with --groups-dir: all voters of each group: 1=id=address,id=address;2=id=address')
      .option('--index <n>', "index of the snapshot in raft's log, from 1 on (required, with --groups-dir default 1)")
      .option('--term <n>', 'term of raft, from 1 on', '1')
      .option('--peers <list>', 'all voters: id=address,id=address (required)')
      .option('--target-cluster-id <text>', 'the cluster that the dump must come from')
      .option('--fresh-cluster', 'the target is a new cluster: the dump may come from any')
      .option('--allow-missing-cluster-id', 'take a snapshot whose sidecar names no cluster')
      .option('--allow-unverified-self-test', 'take a snapshot that was encoded without --self-test')
      .option('--dry-run', 'check everything, write nothing'),
  );
}

function prepareProgram(
  host: Host,
): Program<PrepareRequest | PrepareGroupsRequest, PrepareResult | PrepareGroupsResult> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: (flags) => (isOfGroups(flags) ? groupsRequest(flags) : requestOf(flags)),
    endingOf: (result) => ('groups' in result ? groupsEnding(result) : endingOf(result)),
    cleanUp: (request, runId) => () => removeStagedNode(nodeOf(request), runId),
    traces: (request, runId) => {
      const { beside, ownerBeside } = hiddenPaths(nodeOf(request), runId);
      return { paths: existingOf([beside, ownerBeside]), bulky: [] };
    },
    stopped: 'temporary files were removed, nothing was prepared',
  };
}

/** `ekv restore prepare`. docs/format/07-restore.md, section 2. */
export const PREPARE = definition(prepareProgram);

/** The directory that is made. */
function nodeOf(request: PrepareRequest | PrepareGroupsRequest): string {
  return resolve('groupsDir' in request ? placeOfNode(request.raftDataDir, request.raftId) : request.dataDir);
}

function requestOf(flags: GivenFlags): PrepareRequest {
  const input = flags.text('input');
  if (!input)
    throw new UsageError('--input is required: name the snapshot that ekv-encode wrote; --help shows examples');
  const raftId = flags.text('raft-id');
  const peers = flags.text('peers');
  if (!peers?.trim())
    throw new UsageError('--peers is required: name all voters, id=address,id=address; --help shows examples');
  return {
    input,
    encodeInfo: flags.text('encode-info') || undefined,
    dataDir: placeOf(flags, raftId),
    raftId,
    index: numberOf(flags, 'index'),
    term: numberOf(flags, 'term'),
    peers,
    targetClusterId: flags.text('target-cluster-id'),
    freshCluster: flags.isOn('fresh-cluster'),
    allowMissingClusterId: flags.isOn('allow-missing-cluster-id'),
    allowUnverifiedSelfTest: flags.isOn('allow-unverified-self-test'),
    dryRun: flags.isOn('dry-run'),
  };
}

function placeOf(flags: GivenFlags, raftId: string | undefined): string {
  const dataDir = flags.text('data-dir');
  const raftDataDir = flags.text('raft-data-dir');
  if (dataDir && raftDataDir) throw new UsageError('give --data-dir, or --raft-data-dir with --raft-id, not both');
  if (dataDir) return dataDir;
  if (!raftDataDir)
    throw new UsageError(
      '--data-dir is required: name the directory to make, or give --raft-data-dir and --raft-id; --help shows examples',
    );
  if (raftId === undefined)
    throw new UsageError('--raft-data-dir needs --raft-id: a node looks for its directory under its own id');
  return placeOfNode(raftDataDir, raftId);
}

function endingOf(result: PrepareResult): Ending {
  const { outcome, input, dataDir, index, term, peers, entries, bytes, sha256, lastCommitTs, clockCeiling, clusterId } =
    result;
  const steps = nextSteps(result);
  return {
    exitCode: 0,
    message:
      outcome === 'prepared' ? 'node directory prepared' : 'nothing was written: the directory would be prepared',
    fields: {
      input,
      data_dir: dataDir,
      index,
      term,
      peers: peers.map(({ id, address }) => `${id}=${address}`).join(','),
      entries,
      bytes,
      sha256,
      last_commit_ts: lastCommitTs,
      clock_ceiling: new Date(Number(clockCeiling)).toISOString(),
      cluster_id: clusterId,
      warning_count: result.warnings,
    },
    lines: outcome === 'prepared' ? steps : [],
    json: {
      outcome: outcome === 'prepared' ? 'prepared' : 'dry_run',
      input,
      data_dir: dataDir,
      index,
      term,
      peers: peersJson(peers),
      entries,
      bytes,
      sha256,
      last_commit_ts: lastCommitTs,
      clock_ceiling_ms: clockCeiling,
      cluster_id: clusterId,
      next_steps: steps,
    },
  };
}
