import {
  type Ending,
  type LogFields,
  type Program,
  programCommand,
  toolVersion,
  withSharedFlags,
} from '@ekv/command-line';
import type { DecodeCounts, DecodeFolderRequest, DecodeRequest, DecodeResult } from '@ekv/core';
import { decodeCleanUp, parseAdapterList } from '@ekv/core/run-control';
import type { DynamodbLayout } from '@ekv/manifest';
import { UsageError } from '@ekv/snapshot';

const VERSION = toolVersion(new URL('../package.json', import.meta.url));

const AFTER = `Examples:
  $0 --input 0000000000000015.fsm --output dump
  $0 --input-snap-dir /var/lib/elastickv/n1/fsm-snap --output dump
  $0 --input-snap-dir /var/lib/elastickv/n1/fsm-snap --all --output dumps
  zstd -dc out.fsm.zst | $0 --input - --output dump --adapter redis

The tree appears at <output> as a whole, or not at all; <output> must not exist, or be an empty folder.
Exit codes: 0 decoded; 1 every failure; 128 + signal when stopped.`;

/** What the working thread does: one snapshot, or those in a folder. */
export type DecodeOrder = DecodeRequest | DecodeFolderRequest;

interface DecodeFlags {
  readonly input?: string;
  readonly inputSnapDir?: string;
  readonly all?: boolean;
  readonly output?: string;
  readonly adapter: string;
  readonly dynamodbBundleMode: string;
  readonly clusterId?: string;
  readonly includeIncompleteUploads?: boolean;
  readonly includeOrphans?: boolean;
  readonly preserveSqsVisibility?: boolean;
  readonly includeSqsSideRecords?: boolean;
  readonly renameCollisions?: boolean;
  readonly scratchRoot?: string;
  readonly force?: boolean;
  readonly strict?: boolean;
}

const command = withSharedFlags(
  programCommand({
    names: ['ekv-decode', 'elastickv-snapshot-decode'],
    description: 'Decodes an elastickv snapshot file (.fsm) to a tree of plain files.',
    version: VERSION,
    after: AFTER,
  })
    .option('--input <file>', 'the snapshot file, or - for standard input')
    .option('--input-snap-dir <folder>', "instead of --input: a node's fsm-snap folder, or the data folder above it")
    .option('--all', 'with --input-snap-dir: every snapshot, each to a folder of its own inside the output')
    .option('--output <folder>', 'root of the tree to make (required)')
    .option('--adapter <list>', 'adapters to decode: redis,dynamodb,s3,sqs or all', 'all')
    .option('--dynamodb-bundle-mode <mode>', 'layout of DynamoDB items: per-item', 'per-item')
    .option('--cluster-id <text>', 'goes to cluster_id of the manifest')
    .option('--include-incomplete-uploads', 'S3: also write open uploads')
    .option('--include-orphans', 'S3: also write chunks without an object')
    .option('--preserve-sqs-visibility', 'SQS: keep visibility timeouts, receive counts and receipt handles')
    .option('--include-sqs-side-records', 'SQS: also write side records')
    .option('--rename-collisions', 'S3: give other names to objects whose keys cannot be paths')
    .option('--scratch-root <folder>', "folder for temporary data; default: the system's")
    .option('--force', 'replace an earlier dump at the output')
    .option('--strict', 'fail when user data would be left out'),
);

/** `ekv-decode`. docs/format/08-cli.md, section 2. */
export const DECODE_PROGRAM: Program<DecodeOrder, readonly DecodeResult[]> = {
  command,
  work: new URL('./work.js', import.meta.url),
  exitCodes: { usage: 1, environment: 1, data: 1, defect: 1 },
  requestOf: (flags) => orderOf(flags as unknown as DecodeFlags),
  endingOf: (results) => (results.length === 1 ? oneTree(results[0]!) : severalTrees(results)),
  cleanUp: ({ output, scratchRoot }, runId) => decodeCleanUp({ output, scratchRoot, runId }),
  stopped: 'temporary files were removed',
};

function orderOf(flags: DecodeFlags): DecodeOrder {
  const { input, inputSnapDir, all, output } = flags;
  if (input && inputSnapDir) throw new UsageError('give --input or --input-snap-dir, not both');
  if (!input && !inputSnapDir) {
    throw new UsageError(
      '--input is required: name the snapshot file, or a folder with --input-snap-dir; --help shows examples',
    );
  }
  if (!output) throw new UsageError('--output is required: name the folder to make; --help shows examples');
  if (all && input) throw new UsageError('--all goes with --input-snap-dir');
  const shared = {
    output,
    adapters: parseAdapterList(flags.adapter),
    exclusions: {
      include_incomplete_uploads: flags.includeIncompleteUploads ?? false,
      include_orphans: flags.includeOrphans ?? false,
      preserve_sqs_visibility: flags.preserveSqsVisibility ?? false,
      include_sqs_side_records: flags.includeSqsSideRecords ?? false,
      rename_s3_collisions: flags.renameCollisions ?? false,
    },
    dynamodbLayout: layoutOf(flags.dynamodbBundleMode),
    clusterId: flags.clusterId ?? '',
    toolVersion: VERSION,
    force: flags.force ?? false,
    strict: flags.strict ?? false,
    ...(flags.scratchRoot === undefined ? {} : { scratchRoot: flags.scratchRoot }),
  };
  return inputSnapDir ? { ...shared, folder: inputSnapDir, all: all ?? false } : { ...shared, input: input! };
}

function layoutOf(mode: string): DynamodbLayout {
  if (mode === '' || mode === 'per-item') return 'per-item';
  if (mode === 'jsonl') return 'jsonl';
  throw new UsageError(`--dynamodb-bundle-mode ${JSON.stringify(mode)} must be per-item`);
}

function oneTree(result: DecodeResult): Ending {
  const { input, output, counts, footer, lastCommitTs, files, bytes, warnings } = result;
  return {
    exitCode: 0,
    message: 'snapshot decoded',
    fields: { input, output, ...inLineOrder(counts), last_commit_ts: lastCommitTs, footer, files, bytes, warnings },
    json: jsonOf(result),
  };
}

/** docs/format/08-cli.md, section 1.2. */
function inLineOrder({ entries, dynamodb, s3, redis, sqs, ...others }: DecodeCounts): LogFields {
  const { tombstone, superseded, expired, operational, internal, unknown } = others;
  return { entries, dynamodb, s3, redis, sqs, tombstone, superseded, expired, operational, internal, unknown };
}

function severalTrees(results: readonly DecodeResult[]): Ending {
  const sum = (value: (result: DecodeResult) => number) => results.reduce((total, result) => total + value(result), 0);
  return {
    exitCode: 0,
    message: 'snapshots decoded',
    fields: {
      snapshots: results.length,
      files: sum(({ files }) => files),
      bytes: sum(({ bytes }) => bytes),
      warnings: sum(({ warnings }) => warnings),
    },
    json: { snapshots: results.map(jsonOf) },
  };
}

function jsonOf(result: DecodeResult): Record<string, unknown> {
  const { input, output, counts, footer, lastCommitTs, snapshotIndex, files, bytes } = result;
  return {
    input,
    output,
    counts,
    footer,
    last_commit_ts: lastCommitTs,
    snapshot_index: snapshotIndex,
    files,
    bytes,
  };
}
