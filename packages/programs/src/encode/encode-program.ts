import {
  definition,
  type Ending,
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
import type {
  Published,
  PublishGroupsRequest,
  PublishGroupsResult,
  PublishRequest,
  PublishResult,
  Rejected,
  RepairRequest,
  RepairResult,
} from '@ekv/core';
import {
  ADAPTER_NAMES,
  decodeTraces,
  encodeTraces,
  groupsCleanUp,
  namedAdapters,
  parseAdapterList,
  removeEncodeTemporaries,
  removeRepairTemporaries,
  repairTraces,
} from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { expiredOption, SELECTION_FLAGS, selectionOf } from '../selection/selection-flags.ts';
import { parseCommitTimestamp } from './commit-timestamp.ts';
import { groupsOf, isOfGroups, publishedGroups, rejectedGroups } from './groups.ts';
import { mismatchText } from './mismatch-text.ts';
import { isRepair, repaired, repairOf } from './repair.ts';

const AFTER = `Examples:
  $0 --input dump --output out.fsm --self-test
  $0 --input dump --output out.fsm --adapter redis --last-commit-ts 0x01a2073de8be0031
  $0 --input dump --output out.fsm --verify --strict --json
  $0 --input dump --output snapshots --groups :m=1,m:=2 --with-catalog --safe
  $0 --input dump.tar.zst --output out.fsm --safe
  $0 --input dump --output orders.fsm --scope dynamodb=orders --strict --verify
  $0 --input dump --update-checksums
  $0 --input made-by-hand --new-manifest

For backups, and before a restore, always use --safe.
<input> may be an archive of the dump (tar; tar.zst, tar.gz), told by its first bytes; - is standard input.
Writes <output>, mode 0600, and <output>.encode_info.json; after a failed self-test <output>.mismatch.txt, and an older \
snapshot is <output>.previous then. A snapshot replaces all that a node holds, also when --adapter selects a part.
A part of the dump is chosen by addresses, redis/KEY, dynamodb/TABLE/KEY/SORTKEY, s3/BUCKET/KEY, sqs/QUEUE/ID; \
--safe and --self-test compare with the whole dump, so for these decode the part first.
With --groups <output> is a folder: a snapshot group-<id>.fsm with its sidecar for each Raft group of the cluster.
Exit codes: 0 published; 1 wrong flags or paths, or the machine refuses (a full disk, files that cannot be read); \
2 the data is wrong, nothing was published; 128 + signal when stopped.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Encodes a dump tree to a native elastickv snapshot file (.fsm).',
      version,
      after: AFTER,
    })
      .optionsGroup('Input and output:')
      .option('--input <path>', 'root of the dump tree, with MANIFEST.json, or an archive of it, or - (required)')
      .option('--output <file>', 'the snapshot file to make, with --groups the folder (required)')
      .option('--remove-leftovers', 'remove what killed runs with this output left beside it')
      .optionsGroup('What is encoded:')
      .addOption(
        optionWithValues('--adapter <list>', 'adapters to encode: redis,dynamodb,s3,sqs or all', [
          ...ADAPTER_NAMES,
          'all',
        ]).default('all'),
      )
      .option(...SELECTION_FLAGS.match)
      .option(...SELECTION_FLAGS.scope)
      .option(...SELECTION_FLAGS.exclude)
      .addOption(expiredOption())
      .option('--last-commit-ts <ts>', "commit timestamp of all rows, decimal or 0x hex, not below the manifest's")
      .option('--whole-state', 'also restore what decode --whole-state wrote: tags, counters, receives, open uploads')
      .option('--complete', 'fill in what is absent and can be computed: digests, etags, message ids, FIFO numbers')
      .option('--shift-times', 'move expiries and message times so that the moment of the snapshot becomes now')
      .option('--accept-edited', 'take DynamoDB tables of the layout jsonl with other items than the manifest counts')
      .option('--drop-unsupported', 'encode a dump that holds parts that cannot be restored, without these parts')
      .optionsGroup('How careful it is:')
      .option('--safe', 'for what matters: --self-test --strict --verify --require-data')
      .option('--self-test', 'decode the snapshot and compare it with the tree before it is published')
      .option('--strict', 'refuse a tree of which a part would be left out')
      .option('--verify', 'refuse a tree that differs from its CHECKSUMS')
      .option('--require-data', 'refuse a tree without data, or without data of an adapter that --adapter names')
      .option('--accept-formatting', 'with --self-test: JSON that differs in white space alone is no difference')
      .optionsGroup('Several groups:')
      .addOption(
        optionWithValues(
          '--groups <ranges>',
          'a snapshot for each Raft group: ranges as in --shardRanges, or auto: as the dump has them',
          ['auto'],
        ),
      )
      .option('--partition-map <map>', 'with --groups: queues with partitions, as in --sqsFifoPartitionMap')
      .option(
        '--with-catalog',
        'with --groups: write the route table of these ranges too, so that no other flags count',
      )
      .optionsGroup('Repair of the tree, instead of encoding it:')
      .option('--update-checksums', 'write the CHECKSUMS of an edited tree anew, and do not encode')
      .option('--new-manifest', 'write a MANIFEST.json for a tree that was made by hand, and do not encode')
      .optionsGroup('The run:')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's")
      .option(...WORKERS_FLAG),
  );
}

/** What the working thread does: encode a tree, to one snapshot or to several, or repair it. */
export type EncodeOrder = WithWorkers<PublishRequest | PublishGroupsRequest> | RepairRequest;

/** What came of it. */
export type EncodeOutcome = PublishResult | PublishGroupsResult | RepairResult;

function encodeProgram(host: Host): Program<EncodeOrder, EncodeOutcome> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: (flags) => orderOf(flags, host.version),
    endingOf,
    cleanUp: (order, runId) => {
      const { scratchRoot } = order;
      if ('groups' in order) return groupsCleanUp({ output: order.output, scratchRoot, runId });
      if ('output' in order) return () => removeEncodeTemporaries({ output: order.output, scratchRoot, runId });
      return () => removeRepairTemporaries({ input: order.input, scratchRoot, runId });
    },
    traces: (order, runId) => {
      const { scratchRoot } = order;
      if ('groups' in order) return decodeTraces({ output: order.output, scratchRoot, runId });
      if ('output' in order) return encodeTraces({ output: order.output, scratchRoot, runId });
      return repairTraces({ input: order.input, scratchRoot, runId });
    },
    stopped: 'temporary files were removed, nothing was published',
  };
}

/** `ekv encode`. docs/format/08-cli.md, section 3. */
export const ENCODE = definition(encodeProgram);

function endingOf(result: EncodeOutcome): Ending {
  switch (result.outcome) {
    case 'repaired':
      return repaired(result);
    case 'published':
      return published(result);
    case 'mismatch':
      return rejected(result);
    case 'groups published':
      return publishedGroups(result);
    case 'groups mismatch':
      return rejectedGroups(result);
  }
}

function orderOf(flags: GivenFlags, toolVersion: string): EncodeOrder {
  const input = flags.text('input');
  if (!input) throw new UsageError('--input is required: name the root of a dump tree; --help shows examples');
  const timestamp = parseCommitTimestamp(flags.text('last-commit-ts') ?? '');
  const scratchRoot = flags.text('scratch-root');
  const shared = {
    input,
    toolVersion,
    ...(timestamp === undefined ? {} : { lastCommitTs: timestamp }),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
  };
  if (isRepair(flags)) return { ...shared, ...repairOf(flags) };
  const encoding = { ...shared, ...encodingOf(flags) };
  return isOfGroups(flags) ? { ...encoding, ...groupsOf(flags) } : encoding;
}

/** What of a request is of an encode alone. */
function encodingOf(flags: GivenFlags) {
  const isSafe = flags.isOn('safe');
  const selfTest = isSafe || flags.isOn('self-test');
  const strict = isSafe || flags.isOn('strict');
  const acceptFormatting = flags.isOn('accept-formatting');
  if (acceptFormatting && !selfTest) throw new UsageError('--accept-formatting goes with --self-test');
  const output = flags.text('output');
  if (!output) throw new UsageError('--output is required: name the snapshot file to make; --help shows examples');
  return {
    output,
    ...workersOf(flags),
    ...adaptersOf(flags.text('adapter') ?? '', strict),
    ...selectionOf(flags),
    selfTest,
    acceptFormatting,
    strict,
    verify: isSafe || flags.isOn('verify'),
    requireData: isSafe || flags.isOn('require-data'),
    complete: flags.isOn('complete'),
    shiftTimes: flags.isOn('shift-times'),
    wholeState: flags.isOn('whole-state'),
    acceptEdited: flags.isOn('accept-edited'),
    dropUnsupported: flags.isOn('drop-unsupported'),
    removeLeftovers: flags.isOn('remove-leftovers'),
  };
}

/** For scripts that mean all by an empty list it is taken so, with a warning, where nothing strict is asked for. */
function adaptersOf(list: string, isStrict: boolean) {
  const isAdapterListEmpty = list === '' && !isStrict;
  const meant = isAdapterListEmpty ? 'all' : list;
  return { adapters: parseAdapterList(meant), namedAdapters: namedAdapters(meant), isAdapterListEmpty };
}

function published(result: Published): Ending {
  const { input, output, sidecar, bytes, entries, sha256, rows, selfTest, lastCommitTs, warnings } = result;
  const { replaced, previous, isPartial } = result;
  const mode = result.mode.toString(8).padStart(4, '0');
  return {
    exitCode: 0,
    message: isPartial ? 'encoded, incomplete: the dump was salvaged' : 'encode complete',
    fields: {
      output,
      bytes,
      self_test: selfTest === 'passed',
      adapters: [...rows.keys()].join(','),
      entries,
      ...Object.fromEntries(rows),
      last_commit_ts: lastCommitTs,
      sha256,
      mode,
      ...(replaced ? { replaced } : {}),
      ...(previous === undefined ? {} : { previous }),
      ...(isPartial ? { partial: true } : {}),
      warning_count: warnings,
    },
    json: {
      input,
      output,
      sidecar,
      bytes,
      self_test: { ran: selfTest === 'passed', matched: selfTest === 'passed' },
      adapters: [...rows.keys()],
      entries,
      rows,
      last_commit_ts: lastCommitTs,
      sha256,
      mode,
      replaced,
      ...(previous === undefined ? {} : { previous }),
      partial: isPartial,
    },
  };
}

function rejected(result: Rejected): Ending {
  const { input, output, sidecar, report, bytes, entries, sha256, rows, lastCommitTs, mismatch } = result;
  const previous = result.previous ?? result.earlierPrevious;
  const { differences, formattingOnly, first } = mismatch;
  const error = `${mismatchText(report, mismatch, 'the snapshot decodes')}${olderText(result)}`;
  return {
    exitCode: 2,
    message: 'self-test failed',
    fields: {},
    error,
    json: {
      input,
      output,
      sidecar,
      report,
      bytes,
      self_test: { ran: true, matched: false, differences, formatting_only: formattingOnly, first },
      adapters: [...rows.keys()],
      entries,
      rows,
      last_commit_ts: lastCommitTs,
      rejected_sha256: sha256,
      ...(previous === undefined ? {} : { previous }),
      error: { kind: 'data', message: error },
    },
  };
}

/** What became of what stood at the output. */
function olderText({ output, previous, earlierPrevious, isLinkRemoved }: Rejected): string {
  if (previous !== undefined) return `; the older ${output} is ${previous} now`;
  const link = isLinkRemoved ? `; the link ${output} was removed` : '';
  const earlier = earlierPrevious === undefined ? '' : `; an older snapshot from an earlier run is ${earlierPrevious}`;
  return `${link}${earlier}`;
}
