import type { VerifyRequest, VerifyResult } from '@ekv/archive';
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
import { scratchCleanUp, scratchTraces } from '../scratch/scratch-traces.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { limitOf } from './limit-flags.ts';

/** What is asked of the working thread. */
export interface VerifyOrder extends VerifyRequest {
  readonly command: 'verify';
}

const AFTER = `Examples:
  $0 dump
  $0 dump.tar.zst --json
  ssh backup 'cat dump.tar.zst' | $0 -

Reads a dump, a folder or an archive, and compares each of its files with CHECKSUMS. Nothing is unpacked, nothing is written.
"differs": all of it can be read, and files are not those that are listed, as after an edit. "damaged": a part of it cannot \
be read for what it is, as after a cut or a fault of the disk.
Exit codes: 0 verified; 1 wrong flags or paths, or the machine refuses; 2 it differs or is damaged.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Says whether a dump, a folder or an archive, is what it was when it was made.',
      version,
      after: AFTER,
    })
      .argument('[input]')
      .option(
        '--input <path>',
        'the folder or archive, - for an archive on standard input; the flag itself may be left out',
      )
      .option('--max-members <n>', 'of an archive: most files and folders; default: 100000000')
      .option('--max-bytes <n>', 'of an archive: most bytes of all files together; default: 1099511627776, a TiB')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's"),
  );
}

function verifyProgram(host: Host): Program<VerifyOrder, VerifyResult> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf: (flags) => requestOf(flags, host.name),
    endingOf,
    cleanUp: scratchCleanUp,
    traces: scratchTraces,
    stopped: 'nothing was changed',
  };
}

/** `ekv archive verify`. docs/format/07-restore.md, section 7.1. */
export const VERIFY = definition(verifyProgram);

function requestOf(flags: GivenFlags, name: string): VerifyOrder {
  const input = flags.text('input');
  if (!input) throw new UsageError(`name the folder or archive to verify: ${name} <path>`);
  return {
    command: 'verify',
    input,
    maxMembers: limitOf(flags, 'max-members'),
    maxBytes: limitOf(flags, 'max-bytes'),
    scratchRoot: flags.text('scratch-root') || undefined,
  };
}

function endingOf(result: VerifyResult): Ending {
  const { outcome, input, kind, files, bytes, clusterId, lastCommitTs, wallTime, problems, differences, warnings } =
    result;
  const known = {
    input,
    kind,
    files,
    bytes,
    ...(clusterId === undefined ? {} : { cluster_id: clusterId }),
    ...(lastCommitTs === undefined ? {} : { last_commit_ts: lastCommitTs }),
    ...(wallTime === undefined ? {} : { wall_time: wallTime }),
  };
  const error =
    outcome === 'verified' ? undefined : `${input === '-' ? 'standard input' : input} ${saidOf(outcome, kind)}`;
  return {
    exitCode: error === undefined ? 0 : 2,
    message: 'dump verified',
    fields: { ...known, warning_count: warnings },
    ...(error === undefined ? {} : { error, problems }),
    json: {
      outcome,
      ...known,
      ...(differences === undefined ? {} : { differences }),
      problems,
      ...(error === undefined ? {} : { error: { kind: 'data', message: error, problems } }),
    },
  };
}

function saidOf(outcome: 'differs' | 'damaged', kind: VerifyResult['kind']): string {
  if (outcome === 'damaged') return 'is damaged; take another copy';
  return `differs from its CHECKSUMS: when somebody has changed these files, ${kind === 'folder' ? '' : 'unpack it with tar, then '}ekv-encode --update-checksums makes the list true again${kind === 'folder' ? '' : ', and ekv-archive pack another archive'}; when not, take another copy`;
}
