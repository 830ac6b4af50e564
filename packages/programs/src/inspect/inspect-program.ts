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
import { parseAsOf, parseGroupFile } from '@ekv/core/run-control';
import type { CsvTable, Drawing, InspectReport, InspectRequest } from '@ekv/inspect';
import { CSV_TABLES } from '@ekv/inspect/csv-tables';
import { UsageError } from '@ekv/snapshot';
import { scratchCleanUp, scratchTraces } from '../scratch/scratch-traces.ts';
import { expiredOption, SELECTION_FLAGS, selectionOf } from '../selection/selection-flags.ts';

/** As what the report is given: lines on standard output, a page in a file, or a value for the ending. */
export type InspectForm =
  | { readonly kind: 'terminal'; readonly drawing: Drawing }
  | { readonly kind: 'csv'; readonly table: CsvTable }
  | { readonly kind: 'html'; readonly path: string }
  | { readonly kind: 'json' };

/** What is asked of the working thread. */
export interface InspectOrder extends WithWorkers<InspectRequest> {
  readonly form: InspectForm;
  /** Writes a page, whatever is printed beside it. */
  readonly html: string | undefined;
}

/** What the working thread found. */
export interface Inspected {
  readonly input: string;
  readonly entries: number;
  readonly totals: InspectReport['totals'];
  readonly isPartial: boolean;
  /** Where the page was written. */
  readonly html: string | undefined;
  /** For `--json`: what `jsonReport` gives. */
  readonly report: Readonly<Record<string, unknown>> | undefined;
  /** Whether it was printed until the reader of standard output went away. */
  readonly isReaderGone: boolean;
}

const AFTER = `Examples:
  $0 0000000000000015.fsm
  $0 0000000000000015.fsm --html report.html
  $0 /var/lib/elastickv/n1/fsm-snap --top 50 --quick
  $0 dump.tar.zst --json | jq '.report.adapters'
  $0 0000000000000015.fsm --csv prefixes > prefixes.csv
  $0 0000000000000015.fsm --history redis/user:1
  $0 0000000000000015.fsm --scope dynamodb=orders
  $0 1=a.fsm 2=b.fsm

Prints what is in a snapshot, a node's folder of snapshots, or a dump (a folder or an archive): keys, rows and bytes, live and past, by adapter, type, \
table, bucket, queue and prefix; the largest keys; sizes and times; open transactions; and what a decode would leave out. Nothing is changed.
Names are divided at the character that most of them have, such as : or /; --separator chooses another, or several.
--csv prints one table: ${CSV_TABLES.join(', ')}.
Exit codes: 0 inspected; 1 wrong flags or paths, or the machine refuses; 2 the input is damaged; 3 salvaged, the counts are incomplete.`;

const EXIT_CODES = { usage: 1, environment: 1, data: 2, defect: 1 } as const;
const PARTIAL = 3;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Shows what is in a snapshot or dump, and why it is so large.',
      version,
      after: AFTER,
    })
      .argument('[input...]')
      .option(
        '--input <path...>',
        'the snapshot, dump or folder of a node; the flag itself may be left out; N=FILE for groups',
      )
      .option(...SELECTION_FLAGS.match)
      .option(...SELECTION_FLAGS.scope)
      .option(...SELECTION_FLAGS.exclude)
      .addOption(expiredOption())
      .option('--html <file>', 'write a page with a treemap and tables; an earlier page there is replaced')
      .addOption(optionWithValues('--csv <table>', 'print one table as CSV', CSV_TABLES))
      .option('--top <number>', 'how many of the largest keys of each adapter, 0 to 1000; default: 20')
      .option('--separator <characters>', 'divide names at these; empty: not at all; default: as they are found')
      .option('--prefixes <number>', 'how many prefixes are told apart, 100 to 100000; default: 10000')
      .option('--history <address>', 'also tell when this was written and deleted: redis/KEY, dynamodb/TABLE/KEY')
      .option('--quick', 'do not try what a decode would leave out: half as long')
      .option('--salvage', 'count what can be read of a damaged snapshot')
      .addOption(
        optionWithValues(
          '--as-of <moment>',
          'as of a time, a commit timestamp, or auto: the latest that all groups know',
          ['auto'],
        ),
      )
      .option('--routes <ranges>', 'ranges of the cluster, as --shardRanges of a server has them')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's")
      .option(...WORKERS_FLAG),
  );
}

function inspectProgram(host: Host): Program<InspectOrder, Inspected> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf: (flags) => orderOf(flags, host),
    endingOf,
    cleanUp: scratchCleanUp,
    traces: scratchTraces,
    stopped: 'nothing was changed',
  };
}

/** `ekv inspect`. docs/inspect.md. */
export const INSPECT = definition(inspectProgram);

function orderOf(flags: GivenFlags, { name, version }: Host): InspectOrder {
  const inputs = flags.texts('input');
  if (inputs.length === 0) throw new UsageError(`name what is looked into: ${name} <input>; --help shows examples`);
  const [csv, html, scratchRoot] = [flags.text('csv'), flags.text('html'), flags.text('scratch-root')];
  if (csv !== undefined && flags.isOn('json')) throw new UsageError('give --csv or --json, not both');
  if (html === '' || html === '-')
    throw new UsageError('--html names the file to write; for standard output there are --json and --csv');
  return {
    inputs: inputs.map((text) => parseGroupFile(text)),
    form: formOf(flags, csv, html),
    html,
    top: numberOf(flags, 'top'),
    separator: flags.text('separator'),
    prefixes: numberOf(flags, 'prefixes'),
    history: flags.text('history'),
    ...selectionOf(flags),
    quick: flags.isOn('quick'),
    salvage: flags.isOn('salvage'),
    asOf: parseAsOf(flags.text('as-of') ?? 'none'),
    routes: flags.text('routes'),
    tool: version,
    ...workersOf(flags),
    ...(scratchRoot === undefined ? {} : { scratchRoot }),
  };
}

function formOf(flags: GivenFlags, csv: string | undefined, html: string | undefined): InspectForm {
  if (flags.isOn('json')) return { kind: 'json' };
  if (csv !== undefined) return { kind: 'csv', table: tableOf(csv) };
  return html === undefined ? { kind: 'terminal', drawing: drawing() } : { kind: 'html', path: html };
}

function tableOf(text: string): CsvTable {
  const table = CSV_TABLES.find((one) => one === text);
  if (table === undefined)
    throw new UsageError(`--csv ${JSON.stringify(text)} is no table; there are ${CSV_TABLES.join(', ')}`);
  return table;
}

/** For who reads: what is read by a program is plain, and not cut. */
function drawing(): Drawing {
  if (!process.stdout.isTTY) return { columns: Number.POSITIVE_INFINITY, bars: 'none', colors: false };
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR, TERM } = process.env;
  const isUtf8 = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
  return {
    columns: process.stdout.columns || 80,
    bars: isUtf8 ? 'blocks' : 'ascii',
    colors: !NO_COLOR && TERM !== 'dumb',
  };
}

function numberOf(flags: GivenFlags, name: string): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${name} ${JSON.stringify(text)} must be a whole number`);
}

function endingOf({ input, entries, totals, isPartial, html, report, isReaderGone }: Inspected): Ending {
  const known = { input, entries, units: totals.units, live_bytes: totals.liveBytes };
  const what = isPartial ? 'inspected in part: it is damaged' : 'inspected';
  return {
    exitCode: isPartial ? PARTIAL : 0,
    message: isReaderGone ? `${what}; nobody reads on` : what,
    fields: { ...known, ...(html !== undefined && { html }) },
    json: { ...known, ...(html !== undefined && { html }), ...(report && { report }) },
  };
}
