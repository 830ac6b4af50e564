import type { ListResult } from '@ekv/archive';
import {
  definition,
  type Ending,
  type GivenFlags,
  type Host,
  type Program,
  programCommand,
  withSharedFlags,
} from '@ekv/command-line';
import { UsageError } from '@ekv/snapshot';
import { EXIT_CODES } from './exit-codes.ts';

/** What is asked of the working thread. */
export interface ListOrder {
  readonly command: 'list';
  readonly input: string;
  /** How members are printed: a line for each, or as the first field of the object that `--json` prints. */
  readonly form: 'lines' | 'json';
}

/** What the working thread has printed, and how it ended. */
export interface Listed {
  readonly result: ListResult;
  /** Whether members were printed until the reader of standard output went away. */
  readonly isReaderGone: boolean;
}

const AFTER = `Examples:
  $0 dump.tar.zst
  $0 dump.tar.zst --json
  ssh backup 'cat dump.tar.zst' | $0 - | grep redis/

Prints bytes, time and path of each member in the order of the archive, a folder with a slash at its end. The paths are as the \
archive has them, and nothing is compared with CHECKSUMS: that is what verify does.
Exit codes: 0 listed; 1 wrong flags or paths, or the machine refuses; 2 the archive is damaged, after what comes before that.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Prints what is in an archive.',
      version,
      after: AFTER,
    })
      .argument('[input]')
      .option('--input <file>', 'the archive, or - for standard input; the flag itself may be left out'),
  );
}

function listProgram(host: Host): Program<ListOrder, Listed> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf: (flags) => requestOf(flags, host.name),
    endingOf,
    cleanUp: () => () => {},
    stopped: 'nothing was changed',
  };
}

/** `ekv archive list`. docs/format/07-restore.md, section 7.4. */
export const LIST = definition(listProgram);

function requestOf(flags: GivenFlags, name: string): ListOrder {
  const input = flags.text('input');
  if (!input) throw new UsageError(`name the archive to list: ${name} <file>`);
  return { command: 'list', input, form: flags.isOn('json') ? 'json' : 'lines' };
}

function endingOf({ result, isReaderGone }: Listed): Ending {
  const { outcome, input, kind, members, files, bytes, fault, warnings } = result;
  const known = { input, kind, files, bytes };
  return {
    exitCode: EXIT_CODE[outcome],
    message: isReaderGone ? 'archive listed in part: nobody reads on' : 'archive listed',
    fields: { ...known, members, warning_count: warnings },
    ...(fault === undefined ? {} : { error: fault }),
    isJsonBegun: true,
    json: {
      outcome,
      ...known,
      member_count: members,
      ...(fault === undefined
        ? {}
        : { error: { kind: outcome === 'damaged' ? 'data' : 'environment', message: fault } }),
    },
  };
}

const EXIT_CODE = { listed: 0, damaged: EXIT_CODES.data, unreadable: EXIT_CODES.environment } as const;
