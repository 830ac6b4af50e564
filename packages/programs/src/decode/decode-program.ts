import {
  definition,
  type GivenFlags,
  type Host,
  optionWithValues,
  type Program,
  programCommand,
  type WithWorkers,
  WORKERS_FLAG,
  withSharedFlags,
  workersOf,
} from '@ekv/command-line';
import type { DecodeFolderRequest, DecodeGroupsRequest, DecodeRequest } from '@ekv/core';
import {
  ADAPTER_NAMES,
  DUMP_FORMATS,
  decodeCleanUp,
  decodeTraces,
  namedAdapters,
  parseAdapterList,
  parseAsOf,
  parseGroupFile,
} from '@ekv/core/run-control';
import type { DynamodbLayout } from '@ekv/manifest';
import { UsageError } from '@ekv/snapshot';
import { expiredOption, SELECTION_FLAGS, selectionOf } from '../selection/selection-flags.ts';
import { type Decoded, endingOf } from './decode-ending.ts';
import { formatOf } from './format-flag.ts';

const AFTER = `Examples:
  $0 --input 0000000000000015.fsm --output dump
  $0 --input-snap-dir /var/lib/elastickv/n1/fsm-snap --output dump
  $0 --input-snap-dir /var/lib/elastickv/n1/fsm-snap --all --output dumps
  $0 --input out.fsm.zst --output dump.tar.zst
  $0 --input out.fsm --output - --format tar.zst | ssh backup 'cat > dump.tar.zst'
  $0 --input damaged.fsm --output dump --salvage
  $0 --input-snap-dir /var/lib/elastickv/n1 --all --check
  $0 --input 0000000000000015.fsm --output before --as-of 2026-01-02T03:04:05Z
  $0 --input-snap-dir /var/lib/elastickv/n1 --output dump --as-of auto
  $0 --input 1=a.fsm --input 2=b.fsm --output dump
  $0 --input out.fsm --output orders --scope dynamodb=orders
  $0 --input out.fsm --output part --match 'redis/user:*' --exclude 'redis/user:test*' --expired drop

The tree appears at <output> as a whole, or not at all; <output> must not exist, or be an empty folder. With --force it \
may be an earlier dump that holds nothing else. An <output> that ends with .tar or .tar.zst is the same tree in one file.
A snapshot that is compressed with zstd or gzip is unpacked on the way in.
A snapshot holds all versions of the last half hour: --as-of with a time is an undo, and gives the data as it was then.
Of a node with several Raft groups all are decoded together; --as-of auto reads them as of one moment.
A part of the data is chosen by addresses: redis/KEY, dynamodb/TABLE/KEY/SORTKEY, s3/BUCKET/KEY, sqs/QUEUE/ID. In a pattern \
* stands for anything, ? for one character, [a-c] for one of some; the manifest says what the dump holds.
For backups add --safe: then a snapshot that was cut, holds no data, or would be left out in part, is a failure.
Exit codes: 0 decoded; 1 every failure; 3 salvaged, the tree is incomplete; 128 + signal when stopped.`;

/** What the working thread does: one snapshot of one or of several groups, or the newest one or all of those in a folder. */
export type DecodeOrder = WithWorkers<DecodeGroupsRequest | (DecodeFolderRequest & { readonly all: boolean })>;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Decodes an elastickv snapshot file (.fsm) to a tree of plain files.',
      version,
      after: AFTER,
    })
      .optionsGroup('Input and output:')
      .option(
        '--input <file...>',
        'the snapshot file, or - for standard input; N=FILE with the number of its group; several times for several groups',
      )
      .option('--input-snap-dir <folder>', "instead of --input: a node's fsm-snap folder, or the data folder above it")
      .option(
        '--all',
        'with --input-snap-dir: every snapshot, each to a folder of its own inside the output; dumps there are kept',
      )
      .option('--output <path>', 'root of the tree to make, or the archive x.tar or x.tar.zst (required)')
      .addOption(
        optionWithValues(
          '--format <form>',
          'folder, tar or tar.zst, whatever the output is called; with - as the output, and --all',
          DUMP_FORMATS,
        ),
      )
      .option('--check', 'verify and report everything that a decode would, and write nothing; without --output')
      .option('--force', 'replace an earlier dump at the output')
      .option('--remove-leftovers', 'remove what killed runs with this output left beside it')
      .optionsGroup('What is decoded:')
      .addOption(
        optionWithValues('--adapter <list>', 'adapters to decode: redis,dynamodb,s3,sqs or all', [
          ...ADAPTER_NAMES,
          'all',
        ]).default('all'),
      )
      .option(...SELECTION_FLAGS.match)
      .option(...SELECTION_FLAGS.scope)
      .option(...SELECTION_FLAGS.exclude)
      .addOption(expiredOption())
      .addOption(
        optionWithValues(
          '--as-of <moment>',
          'read the data as of a time, a commit timestamp, or auto: the latest that all groups know',
          ['auto'],
        ),
      )
      .option(
        '--whole-state',
        'also write tags, counters, receives, open uploads, unknown rows, for encode --whole-state',
      )
      .option('--include-incomplete-uploads', 'S3: also write open uploads')
      .option('--include-orphans', 'S3: also write chunks without an object')
      .option('--preserve-sqs-visibility', 'SQS: keep visibility timeouts, receive counts and receipt handles')
      .option('--include-sqs-side-records', 'SQS: also write side records')
      .optionsGroup('How it is written:')
      .addOption(
        optionWithValues(
          '--dynamodb-bundle-mode <mode>',
          'DynamoDB items: per-item, a file each, or jsonl, many in a file',
          ['per-item', 'jsonl'],
        ).default('per-item'),
      )
      .option(
        '--dynamodb-bundle-size <size>',
        'with jsonl: largest size of a file, bytes or KiB, MiB, GiB; default: 64MiB',
      )
      .option('--rename-collisions', 'S3: give other names to objects whose keys cannot be paths')
      .option('--cluster-id <text>', 'goes to cluster_id of the manifest')
      .optionsGroup('How careful it is:')
      .option('--safe', 'the same as --strict --require-data')
      .option('--strict', 'fail when user data would be left out, or the snapshot was cut or holds no data')
      .option('--require-data', 'fail when all adapters, or one named by --adapter, have no data')
      .option('--salvage', 'leave out what is damaged and count it, instead of refusing the file; not with --strict')
      .optionsGroup('Several nodes and groups:')
      .option(
        '--routes <ranges>',
        "ranges of the groups, as a server's --shardRanges, in place of those in the snapshots",
      )
      .option('--allow-missing-groups', 'go on when the cluster has groups without a snapshot here')
      .option(
        '--keep-strays',
        'take rows that lie in another group than the one that serves their key, and nowhere else',
      )
      .option(
        '--payload-from <file...>',
        'S3: a snapshot of another node, for bytes of objects that the input lacks; may be given several times',
      )
      .optionsGroup('The run:')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's")
      .option(...WORKERS_FLAG),
  );
}

function decodeProgram(host: Host): Program<DecodeOrder, Decoded> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: { usage: 1, environment: 1, data: 1, defect: 1 },
    requestOf: (flags) => orderOf(flags, host.version),
    endingOf,
    cleanUp: ({ output, scratchRoot }, runId) => decodeCleanUp({ output, scratchRoot, runId }),
    traces: ({ output, scratchRoot }, runId) => decodeTraces({ output, scratchRoot, runId }),
    stopped: 'temporary files were removed',
  };
}

/** `ekv decode`. docs/format/08-cli.md, section 2. */
export const DECODE = definition(decodeProgram);

function orderOf(flags: GivenFlags, toolVersion: string): DecodeOrder {
  const [inputs, folder, output] = [flags.texts('input'), flags.text('input-snap-dir'), flags.text('output')];
  if (inputs.length > 0 && folder !== undefined) throw new UsageError('give --input or --input-snap-dir, not both');
  if (inputs.every((input) => input === '') && !folder) {
    throw new UsageError(
      '--input is required: name the snapshot file, or a folder with --input-snap-dir; --help shows examples',
    );
  }
  const check = flags.isOn('check');
  if (!output && !check)
    throw new UsageError(
      '--output is required: name the folder or archive to make, or --check to make none; --help shows examples',
    );
  if (flags.isOn('all') && !folder) throw new UsageError('--all goes with --input-snap-dir');
  if (output === '-' && process.stdout.isTTY)
    throw new UsageError('--output -: standard output is a terminal; name a file, or pipe the archive to a program');
  const shared = { ...sharedRequest(flags, output ?? '', toolVersion), ...workersOf(flags) };
  return folder
    ? { ...shared, folder, all: flags.isOn('all') }
    : { ...shared, inputs: inputs.map((input) => parseGroupFile(input)) };
}

/** What is asked for, whatever the input is. */
function sharedRequest(flags: GivenFlags, output: string, toolVersion: string): Omit<DecodeRequest, 'input'> {
  const [adapter, scratchRoot] = [flags.text('adapter') ?? '', flags.text('scratch-root')];
  const format = formatOf(flags.text('format'));
  return {
    output,
    ...(format === undefined ? {} : { format }),
    adapters: parseAdapterList(adapter),
    namedAdapters: namedAdapters(adapter),
    exclusions: {
      include_incomplete_uploads: flags.isOn('include-incomplete-uploads'),
      include_orphans: flags.isOn('include-orphans'),
      preserve_sqs_visibility: flags.isOn('preserve-sqs-visibility'),
      include_sqs_side_records: flags.isOn('include-sqs-side-records'),
      rename_s3_collisions: flags.isOn('rename-collisions'),
    },
    ...selectionOf(flags),
    dynamodbLayout: layoutOf(flags.text('dynamodb-bundle-mode') ?? ''),
    dynamodbPartBytes: sizeOf(flags.text('dynamodb-bundle-size')),
    wholeState: flags.isOn('whole-state'),
    payloadFrom: flags.texts('payload-from'),
    clusterId: flags.text('cluster-id') ?? '',
    toolVersion,
    check: flags.isOn('check'),
    force: flags.isOn('force'),
    removeLeftovers: flags.isOn('remove-leftovers'),
    strict: flags.isOn('strict') || flags.isOn('safe'),
    requireData: flags.isOn('require-data') || flags.isOn('safe'),
    salvage: flags.isOn('salvage'),
    asOf: parseAsOf(flags.text('as-of') ?? 'none'),
    routes: flags.text('routes'),
    allowMissingGroups: flags.isOn('allow-missing-groups'),
    keepStrays: flags.isOn('keep-strays'),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
  };
}

function layoutOf(mode: string): DynamodbLayout {
  if (mode === '' || mode === 'per-item') return 'per-item';
  if (mode === 'jsonl') return 'jsonl';
  throw new UsageError(`--dynamodb-bundle-mode ${JSON.stringify(mode)} must be per-item or jsonl`);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Bytes. Throws UsageError. */
function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit] = /^([0-9]+)(|KiB|MiB|GiB)$/.exec(text) ?? [];
  if (digits !== undefined) return Number(digits) * UNITS[unit!]!;
  throw new UsageError(
    `--dynamodb-bundle-size ${JSON.stringify(text)} must be digits, and KiB, MiB or GiB for other units than bytes`,
  );
}
