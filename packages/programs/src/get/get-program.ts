import { existsSync } from 'node:fs';
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
import type { SelectionOptions } from '@ekv/core';
import { parseAsOf, parseGroupFile } from '@ekv/core/run-control';
import type { FindRequest } from '@ekv/get';
import { UsageError } from '@ekv/snapshot';
import { scratchCleanUp, scratchTraces } from '../scratch/scratch-traces.ts';
import { expiredOption, SELECTION_FLAGS, selectionOf } from '../selection/selection-flags.ts';
import { GET_FORMS, type GetForm } from './get-form.ts';
import { refuseTerminal } from './refuse-terminal.ts';

/** What is asked of the working thread. */
export interface GetOrder extends FindRequest {
  readonly addresses: readonly string[];
  /** What is chosen by patterns, when nothing is named by its address; and what of either is left out. */
  readonly selection?: SelectionOptions;
  readonly form: GetForm;
  /** Whether history is printed as lines of JSON. */
  readonly isJson: boolean;
  /** Folder for bodies and the script that copies them. */
  readonly output: string | undefined;
  readonly scratchRoot?: string | undefined;
}

/** What the working thread has printed. */
export interface Got {
  readonly input: string;
  readonly units: number;
  /** Of what was asked for by its address and is not there; for people. */
  readonly absent: readonly string[];
  /** Whether the input was read as a whole, and so checked. */
  readonly isWhole: boolean;
  /** What to do with what was printed, for people. */
  readonly nextSteps: readonly string[];
  /** Whether it was printed until the reader of standard output went away. */
  readonly isReaderGone: boolean;
}

const AFTER = `Examples:
  $0 0000000000000015.fsm redis/user:1
  $0 0000000000000015.fsm dynamodb/orders/c42/2026-01-02 --at 2026-01-02T03:04:05Z
  $0 0000000000000015.fsm redis/user:1 --history
  $0 dump.tar.zst s3/photos/2026/a.jpg --raw > a.jpg
  $0 /var/lib/elastickv/n1/fsm-snap --match 'redis/session:*' --json
  $0 a.fsm --match 'redis/user:*' --as resp | redis-cli -h 10.0.0.1 --pipe
  $0 a.fsm dynamodb/orders --as batch-write > orders.jsonl
  $0 a.fsm s3/photos --as s3-cp --output photos
  $0 1=a.fsm 2=b.fsm redis/user:1

An address is redis/KEY, dynamodb/TABLE/PARTITION-KEY/SORT-KEY, s3/BUCKET/KEY or sqs/QUEUE/MESSAGE-ID; that of a table, bucket or \
queue stands for all in it. Bytes that are no plain text are written %HH, % itself %25.
A key in a large snapshot is found by a search: the rest of the file is not read, so damage elsewhere stays unnoticed; --check reads and \
checks all of it first. Values are printed as JSON, with --raw as their bytes; with --json \
each is a line, and the last line is the result.
--as prints what other programs take, to bring a part back into a running cluster, and tells on standard error the command to run.
Exit codes: 0 found; 1 something that was asked for is not there; 2 wrong flags or paths, the machine refuses, or the input is damaged.`;

const EXIT_CODES = { usage: 2, environment: 2, data: 2, defect: 2 } as const;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Prints keys, items, objects and messages of a snapshot or dump.',
      version,
      after: AFTER,
    })
      .argument('[input]')
      .argument('[address...]')
      .option(
        '--input <path...>',
        'the snapshot, dump or folder of a node; the flag itself may be left out; N=FILE for groups',
      )
      .option('--address <address...>', 'what to print; the flag itself may be left out')
      .option(...SELECTION_FLAGS.match)
      .option(...SELECTION_FLAGS.scope)
      .option(...SELECTION_FLAGS.exclude)
      .addOption(expiredOption())
      .option(
        '--at <moment>',
        'print what was there at a time, or at a commit timestamp, as far as the snapshot still has it',
      )
      // As other commands call it.
      .addOption(optionWithValues('--as-of <moment>', 'the same as --at', ['auto']).hideHelp())
      .option('--history', 'print when each address was written and deleted, as far as the snapshot still has it')
      .option('--raw', 'print the bytes of a string, or the body of an object or a message; not to a terminal')
      .addOption(optionWithValues('--as <form>', `print what other programs take: ${GET_FORMS.join(', ')}`, GET_FORMS))
      .option('--output <folder>', 'with --as s3-cp: a new folder for bodies and the script that copies them')
      .option('--check', 'read and check all of the input first, also a large snapshot')
      .option('--routes <ranges>', 'ranges of the cluster, as --shardRanges of a server has them')
      .option('--allow-missing-groups', 'go on when groups of a cluster have no snapshot')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's"),
    'print a line of JSON for what is found, and the result as the last line',
  );
}

function getProgram(host: Host): Program<GetOrder, Got> {
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

/** `ekv get`. docs/get.md. */
export const GET = definition(getProgram);

function orderOf(flags: GivenFlags, name: string): GetOrder {
  // No address begins with a number: what follows the first input may be the snapshots of more groups.
  const isGroup = (word: string) => /^[0-9]+=/.test(word);
  const words = flags.texts('address');
  const inputs = [...flags.texts('input'), ...words.filter(isGroup)];
  const addresses = words.filter((word) => !isGroup(word));
  if (inputs.length === 0)
    throw new UsageError(
      `name what is looked into, and an address: ${name} <input> redis/user:1; --help shows examples`,
    );
  if (inputs.length === 1 && isSwapped(inputs[0]!, addresses[0]))
    throw new UsageError(`${inputs[0]} is no file and ${addresses[0]} is one: say the input first, then addresses`);
  const isChosen = flags.texts('match').length + flags.texts('scope').length > 0;
  if (addresses.length === 0 && !isChosen)
    throw new UsageError(
      'name an address, such as redis/user:1, or choose by --match or --scope; --help shows examples',
    );
  if (addresses.length > 0 && isChosen) throw new UsageError('give addresses, or --match and --scope, not both');
  const [scratchRoot, output] = [flags.text('scratch-root'), flags.text('output')];
  const form = formOf(flags, isChosen);
  refuseTerminal(form);
  if ((form === 's3-cp') !== (output !== undefined))
    throw new UsageError('--as s3-cp and --output go together: the bodies of the objects go to a folder');
  return {
    inputs: inputs.map((text) => parseGroupFile(text)),
    addresses,
    ...selectionOf(flags),
    form,
    isJson: flags.isOn('json'),
    output,
    asOf: parseAsOf(flags.text('at') ?? flags.text('as-of') ?? 'none', '--at'),
    asOfOption: flags.text('at') === undefined ? 'asOf' : 'at',
    routes: flags.text('routes'),
    allowMissingGroups: flags.isOn('allow-missing-groups'),
    ...(flags.isOn('check') && { wholeUpTo: Number.POSITIVE_INFINITY }),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
  };
}

function isSwapped(input: string, address: string | undefined): boolean {
  return address !== undefined && !existsSync(input) && existsSync(address);
}

function formOf(flags: GivenFlags, isChosen: boolean): GetForm {
  const named = flags.text('as');
  const as = GET_FORMS.find((form) => form === named);
  if (named !== undefined && as === undefined)
    throw new UsageError(`--as ${JSON.stringify(named)} must be one of ${GET_FORMS.join(', ')}`);
  const isHistory = flags.isOn('history');
  const chosen = [...(as === undefined ? [] : [as]), ...['raw', 'history'].filter((flag) => flags.isOn(flag))];
  if (chosen.length > 1) throw new UsageError('--as, --raw and --history are different forms: give one of them');
  if (as !== undefined && flags.isOn('json')) throw new UsageError('--as prints a form of its own; leave out --json');
  if (isHistory && isChosen) throw new UsageError('--history is of addresses, not of what --match and --scope choose');
  if (isHistory && (flags.text('at') ?? flags.text('as-of')) !== undefined)
    throw new UsageError('--history tells of all times; --at prints what was there at one of them');
  return (chosen[0] as GetForm | undefined) ?? (flags.isOn('json') ? 'json' : 'indented');
}

function endingOf({ input, units, absent, isWhole, nextSteps, isReaderGone }: Got): Ending {
  const isFound = absent.length === 0;
  const [first, ...others] = absent;
  return {
    exitCode: isFound ? 0 : 1,
    message: !isFound ? 'not found' : isReaderGone ? 'found, and printed in part: nobody reads on' : 'found',
    fields: { input, units, checked: isWhole ? 'all' : 'what was read' },
    lines: nextSteps,
    ...(first === undefined ? {} : { error: first, problems: others }),
    json: { outcome: isFound ? 'found' : 'not found', input, units, is_checked: isWhole, absent },
  };
}
