import type { UnpackRequest, UnpackResult } from '@ekv/archive';
import {
  definition,
  type Ending,
  type GivenFlags,
  type Host,
  type Program,
  programCommand,
  withSharedFlags,
} from '@ekv/command-line';
import { decodeCleanUp, decodeTraces } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { compressionOf } from './compression-flag.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { limitOf } from './limit-flags.ts';

/** What is asked of the working thread. */
export interface UnpackOrder extends UnpackRequest {
  readonly command: 'unpack';
}

const AFTER = `Examples:
  $0 --input dump.tar.zst --output dump
  ssh backup 'cat dump.tar.zst' | $0 --input - --output dump

The first bytes say how the archive is packed: zstd, gzip or not at all. The dump appears at <output> when all of it is there \
and its files are those that CHECKSUMS lists; before that, nothing does.
Exit codes: 0 unpacked; 1 wrong flags or paths, or the machine refuses; 2 the archive is damaged, or no dump, or not what \
its CHECKSUMS lists; 128 + signal when stopped.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Makes a dump of its archive, and verifies it by its CHECKSUMS before it appears.',
      version,
      after: AFTER,
    })
      .option('--input <file>', 'the archive, or - for standard input (required)')
      .option('--output <folder>', 'root of the tree to make; it must not exist (required)')
      .option('--compression <kind>', 'refuse an archive that is not zstd, or none; default: what its first bytes say')
      .option('--max-members <n>', 'most files and folders; default: 100000000')
      .option('--max-bytes <n>', 'most bytes of all files together; default: 1099511627776, a TiB')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's"),
  );
}

function unpackProgram(host: Host): Program<UnpackOrder, UnpackResult> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf,
    endingOf,
    cleanUp: ({ output, scratchRoot }, runId) => decodeCleanUp({ output, scratchRoot, runId }),
    traces: ({ output, scratchRoot }, runId) => decodeTraces({ output, scratchRoot, runId }),
    stopped: 'temporary files were removed, nothing was unpacked',
  };
}

/** `ekv archive unpack`. docs/format/07-restore.md, section 7.3. */
export const UNPACK = definition(unpackProgram);

function requestOf(flags: GivenFlags): UnpackOrder {
  const [input, output] = [flags.text('input'), flags.text('output')];
  if (!input)
    throw new UsageError('--input is required: name the archive, or - for standard input; --help shows examples');
  if (!output) throw new UsageError('--output is required: name the folder to make; --help shows examples');
  return {
    command: 'unpack',
    input,
    output,
    compression: compressionOf(flags),
    maxMembers: limitOf(flags, 'max-members'),
    maxBytes: limitOf(flags, 'max-bytes'),
    scratchRoot: flags.text('scratch-root') || undefined,
  };
}

function endingOf(result: UnpackResult): Ending {
  const { input, output, kind, members, files, bytes, clusterId, lastCommitTs, warnings } = result;
  const known = { input, output, kind, members, files, bytes, cluster_id: clusterId, last_commit_ts: lastCommitTs };
  return {
    exitCode: 0,
    message: 'dump unpacked',
    fields: { ...known, warning_count: warnings },
    json: { outcome: 'unpacked', ...known },
  };
}
