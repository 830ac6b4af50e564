import type { PackRequest, PackResult } from '@ekv/archive';
import {
  definition,
  type Ending,
  type GivenFlags,
  type Host,
  type Program,
  programCommand,
  withSharedFlags,
} from '@ekv/command-line';
import { encodeTraces, removeEncodeTemporaries } from '@ekv/core/run-control';
import { UsageError } from '@ekv/snapshot';
import { compressionOf } from './compression-flag.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { limitOf } from './limit-flags.ts';

/** What is asked of the working thread. */
export interface PackOrder extends PackRequest {
  readonly command: 'pack';
}

const AFTER = `Examples:
  $0 --input dump --output dump.tar.zst
  $0 --input dump --output - | ssh backup 'cat > dump.tar.zst'
  $0 --input dump --output dump.tar --compression none

Every file is read once, packed and compared with CHECKSUMS: a dump that differs from its list is refused, and nothing is \
left. Equal dumps give equal archives, whatever the owner and times of their files. tar and zstd read them, too.
Exit codes: 0 packed; 1 wrong flags or paths, or the machine refuses; 2 the dump is refused; 128 + signal when stopped.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Makes one file of a dump, and verifies it by its CHECKSUMS on the way.',
      version,
      after: AFTER,
    })
      .option('--input <folder>', 'root of the dump tree (required)')
      .option('--output <file>', 'the archive to make, or - for standard output; it must not exist (required)')
      .option('--compression <kind>', 'zstd or none, whatever the name of the output says', 'zstd')
      .option('--force', 'replace an archive of a dump at the output, and nothing else')
      .option('--max-members <n>', 'most files and folders; default: any number')
      .option('--scratch-root <folder>', "folder for temporary data; default: the system's"),
  );
}

function packProgram(host: Host): Program<PackOrder, PackResult> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: EXIT_CODES,
    requestOf,
    endingOf,
    cleanUp: (order, runId) => () => removeEncodeTemporaries({ ...order, runId }),
    traces: (order, runId) => encodeTraces({ ...order, runId }),
    stopped: 'temporary files were removed, nothing was packed',
  };
}

/** `ekv archive pack`. docs/format/07-restore.md, section 7.2. */
export const PACK = definition(packProgram);

function requestOf(flags: GivenFlags): PackOrder {
  const [input, output] = [flags.text('input'), flags.text('output')];
  if (!input) throw new UsageError('--input is required: name the root of a dump tree; --help shows examples');
  if (!output)
    throw new UsageError(
      '--output is required: name the archive to make, or - for standard output; --help shows examples',
    );
  if (output === '-' && process.stdout.isTTY)
    throw new UsageError('--output -: standard output is a terminal; name a file, or pipe the archive to a program');
  return {
    command: 'pack',
    input,
    output,
    compression: compressionOf(flags),
    force: flags.isOn('force'),
    maxMembers: limitOf(flags, 'max-members'),
    scratchRoot: flags.text('scratch-root') || undefined,
  };
}

function endingOf(result: PackResult): Ending {
  const { input, output, compression, members, files, bytes, archiveBytes, sha256, replaced, warnings } = result;
  const known = {
    input,
    output,
    compression,
    members,
    files,
    bytes,
    archive_bytes: archiveBytes,
    sha256,
    ...(replaced ? { replaced } : {}),
  };
  return {
    exitCode: 0,
    message: 'dump packed',
    fields: { ...known, warning_count: warnings },
    json: { outcome: 'packed', ...known, replaced },
  };
}
