import {
  definition,
  type Ending,
  type GivenFlags,
  type Host,
  optionWithValues,
  type Program,
  programCommand,
  withSharedFlags,
} from '@ekv/command-line';
import { ADAPTER_NAMES, parseAdapterList, parseAsOf, parseGroupFile } from '@ekv/core/run-control';
import type { ChangeCounts, DiffRequest } from '@ekv/diff';
import { UsageError } from '@ekv/snapshot';
import { scratchCleanUp, scratchTraces } from '../archive/scratch-traces.ts';
import { expiredOption, SELECTION_FLAGS, selectionOf } from '../selection/selection-flags.ts';

/** What is asked of the working thread. */
export interface DiffOrder extends DiffRequest {
  readonly form: 'text' | 'coloured text' | 'json';
  /** Whether the sums alone are printed. */
  readonly summary: boolean;
  /** Most differences that are printed of one unit; `undefined`: as many as the form has by default. */
  readonly mostDifferences: number | undefined;
}

/** What the working thread has printed. */
export interface Diffed {
  /** Whether it was printed until the reader of standard output went away. */
  readonly isReaderGone: boolean;
  readonly units: ChangeCounts;
  readonly scopes: ChangeCounts;
  readonly from: string;
  readonly to: string;
}

const AFTER = `Examples:
  $0 yesterday.fsm today.fsm
  $0 0000000000000015.fsm dump
  $0 dump.tar.zst /var/lib/elastickv/n1/fsm-snap --summary
  $0 today.fsm today.fsm --from-as-of 2026-01-02T03:04:05Z
  $0 before after --json | jq -r 'select(.change == "removed") .address'
  $0 --from 1=a.fsm --from 2=b.fsm --to dump
  $0 a.fsm b.fsm --match 'redis/session:*' --expired drop --differences all

Prints what was added (+), removed (-) and changed (~): Redis keys, items, objects, messages, and tables, buckets and queues \
whose settings differ; of what changed the fields, members, elements and attributes that differ. What counts is what a dump \
holds, so a snapshot and its own dump are the same: not when something was written, nor the generation of a table, nor \
how the bytes of an object are cut, nor what a receive changes in a message.
Each of both is a snapshot file, a dump (a folder or an archive) or a node's folder; --from and --to, given several times, name the \
snapshot files of several groups.
A snapshot holds all versions of the last half hour, so one and the same can be both, with --from-as-of.
With --json each change is a line, and the last line is the result.
Exit codes: 0 the same; 1 different; 2 wrong flags or paths, the machine refuses, or an input is damaged.`;

const EXIT_CODES = { usage: 2, environment: 2, data: 2, defect: 2 } as const;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Prints what changed between two snapshots or dumps.',
      version,
      after: AFTER,
    })
      .argument('[from]')
      .argument('[to]')
      .option('--from <path...>', 'what was; the flag itself may be left out')
      .option('--to <path...>', 'what is; the flag itself may be left out')
      .option('--summary', 'print the sums by adapter, table, bucket and queue alone')
      .option(
        '--differences <n>',
        'most differences to print of one key, item, object or message, or all; default: 20, with --json all',
      )
      .addOption(
        optionWithValues('--adapter <list>', 'adapters to compare: redis,dynamodb,s3,sqs or all', [
          ...ADAPTER_NAMES,
          'all',
        ]).default('all'),
      )
      .option(...SELECTION_FLAGS.match)
      .option(...SELECTION_FLAGS.scope)
      .option(...SELECTION_FLAGS.exclude)
      .addOption(expiredOption('when the later of both was taken'))
      .addOption(
        optionWithValues(
          '--from-as-of <moment>',
          'read what was as of a time, a commit timestamp, or auto: the latest that all groups know',
          ['auto'],
        ),
      )
      .addOption(optionWithValues('--to-as-of <moment>', 'the same for what is', ['auto']))
      .option('--routes <ranges>', 'ranges of the cluster, as --shardRanges of a server has them')
      .option('--allow-missing-groups', 'go on when groups of a cluster have no snapshot')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's"),
  );
}

function diffProgram(host: Host): Program<DiffOrder, Diffed> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf: (flags) => orderOf(flags, host.name),
    endingOf,
    cleanUp: scratchCleanUp,
    traces: scratchTraces,
    stopped: 'nothing was changed',
  };
}

/** `ekv diff`. docs/diff.md. */
export const DIFF = definition(diffProgram);

function orderOf(flags: GivenFlags, name: string): DiffOrder {
  const [from, to] = ['from', 'to'].map((flag) => flags.texts(flag));
  if (from!.length === 0 || to!.length === 0)
    throw new UsageError(
      `name what is compared: ${name} <from> <to>; each is a snapshot file, a dump or a node's folder`,
    );
  const scratchRoot = flags.text('scratch-root');
  return {
    from: from!.map((text) => parseGroupFile(text, '--from')),
    to: to!.map((text) => parseGroupFile(text, '--to')),
    adapters: parseAdapterList(flags.text('adapter') ?? ''),
    fromAsOf: parseAsOf(flags.text('from-as-of') ?? 'none', '--from-as-of'),
    toAsOf: parseAsOf(flags.text('to-as-of') ?? 'none', '--to-as-of'),
    routes: flags.text('routes'),
    allowMissingGroups: flags.isOn('allow-missing-groups'),
    ...selectionOf(flags),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
    form: flags.isOn('json') ? 'json' : isColoured() ? 'coloured text' : 'text',
    summary: flags.isOn('summary'),
    mostDifferences: mostOf(flags.text('differences')),
  };
}

/** https://no-color.org */
function isColoured(): boolean {
  return process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
}

function mostOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--differences ${JSON.stringify(text)} must be a number, or all`);
}

function endingOf({ units, scopes, from, to, isReaderGone }: Diffed): Ending {
  const isSame = [units, scopes].every(({ added, removed, changed }) => added + removed + changed === 0);
  return {
    exitCode: isSame ? 0 : 1,
    message: isSame ? 'the same' : isReaderGone ? 'different, and told in part: nobody reads on' : 'different',
    fields: { from, to, ...units },
    json: { outcome: isSame ? 'same' : 'different', from, to, ...units, scopes },
  };
}
