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
import type { ForgetRequest, ForgetResult } from '@ekv/core';
import { DUMP_FORMATS, decodeTraces, forgetCleanUp } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { formatOf } from '../decode/format-flag.ts';
import { SELECTION_FLAGS } from '../selection/selection-flags.ts';

/** What is asked of the working thread. */
export type ForgetOrder = WithWorkers<ForgetRequest> & { readonly form: 'text' | 'json' };

/** What it has printed and done. */
export interface ForgetDone extends ForgetResult {
  /** Whether addresses were printed until the reader of standard output went away. */
  readonly isReaderGone: boolean;
}

const AFTER = `Examples:
  $0 backup.fsm redis/user:42 --output clean.fsm
  $0 backup.fsm --output clean.fsm --match 'redis/user:42' --match 'redis/user:42:*'
  $0 backup.fsm --check --match '*alice@example.com*'
  $0 dump --output clean --scope dynamodb=customers
  $0 dump.tar.zst --output clean.tar.zst --match 's3/uploads/42/*' --exclude 's3/uploads/42/invoice*'

Takes out what matches: keys, items, objects, messages with all their versions, deletions, expiries, index rows, \
file names and lines of lists; and tables, buckets and queues that are named as a whole. What is named by its address is that alone, whatever * or [ it \
holds. Prints the address of each, with how many entries and bytes went, never what they held; with --json each is a line, and the last line is the result. The input stays as it is: remove it, its copies and older backups yourself.
What other data says of the forgotten is not looked for: choose it by --match, too.
Exit codes: 0 forgotten; 1 wrong flags or paths, nothing matches, or the machine refuses; 2 the input is wrong; 128 + signal when stopped.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Takes keys, items, objects and messages out of a snapshot or a dump, without a trace.',
      version,
      after: AFTER,
    })
      .argument('[input]')
      .argument('[address...]')
      .option('--input <path>', 'a snapshot file, or a dump: a folder or an archive; the flag itself may be left out')
      .option('--address <address...>', 'what is forgotten; the flag itself may be left out')
      .option('--output <path>', 'what is made, of the same kind; nothing must stand there')
      .option(SELECTION_FLAGS.match[0], "what is forgotten, as 'redis/user:42*'; may be given several times")
      .option(
        SELECTION_FLAGS.scope[0],
        'a table, bucket or queue: dynamodb=orders, s3=photos, sqs=jobs; may be given several times',
      )
      .option(SELECTION_FLAGS.exclude[0], 'what stays all the same; may be given several times')
      .option('--remove-leftovers', 'remove what killed runs with this output left beside it')
      .option('--check', 'only print what would go, and write nothing')
      .addOption(
        optionWithValues(
          '--format <format>',
          'of a dump: folder, tar or tar.zst; default: as the suffix of the output says',
          DUMP_FORMATS,
        ),
      )
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's")
      .option(...WORKERS_FLAG),
    'print a line of JSON for each address, and the result as the last line',
  );
}

function forgetProgram(host: Host): Program<ForgetOrder, ForgetDone> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: (flags) => orderOf(flags, host),
    endingOf,
    cleanUp: ({ output, scratchRoot }, runId) => forgetCleanUp({ output, scratchRoot, runId }),
    traces: ({ output, scratchRoot }, runId) => decodeTraces({ output, scratchRoot, runId }),
    stopped: 'temporary files were removed',
  };
}

/** `ekv forget`. docs/forget.md. */
export const FORGET = definition(forgetProgram);

function orderOf(flags: GivenFlags, { name, version }: Host): ForgetOrder {
  const [input, output = ''] = [flags.text('input'), flags.text('output')];
  if (!input) throw new UsageError(`name what is to be looked through: ${name} <input>; --help shows examples`);
  const format = formatOf(flags.text('format'));
  const scratchRoot = flags.text('scratch-root');
  return {
    input,
    output,
    ...(format === undefined ? {} : { format }),
    addresses: flags.texts('address'),
    selection: { match: flags.texts('match'), scopes: flags.texts('scope'), exclude: flags.texts('exclude') },
    toolVersion: version,
    check: flags.isOn('check'),
    removeLeftovers: flags.isOn('remove-leftovers'),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
    ...workersOf(flags),
    form: flags.isOn('json') ? 'json' : 'text',
  };
}

function endingOf({
  outcome,
  kind,
  input,
  output,
  forgotten,
  contents,
  entries,
  bytes,
  sha256,
  warnings,
}: ForgetDone): Ending {
  const sums = [...forgotten].map(([adapter, sum]) => [adapter, sum.owners] as const);
  const place: Readonly<Record<string, string>> = output === '' ? {} : { output };
  const lines =
    outcome === 'checked' ? [] : [`${input} and its copies still hold what was forgotten: remove them yourself`];
  return {
    exitCode: 0,
    message: outcome === 'checked' ? 'looked through, nothing was written' : 'forgotten',
    fields: {
      input,
      ...place,
      ...Object.fromEntries(sums),
      contents,
      entries_left: entries,
      bytes,
      warning_count: warnings,
    },
    lines,
    json: {
      outcome,
      kind,
      input,
      ...place,
      forgotten: Object.fromEntries(forgotten),
      contents,
      entries_left: entries,
      bytes,
      ...(sha256 === undefined ? {} : { sha256 }),
      warnings,
    },
  };
}
