import { definition, type Ending, type Host, type Program, programCommand, withSharedFlags } from '@ekv/command-line';
import type { VerifyResult } from '@ekv/restore';
import { UsageError } from '@ekv/snapshot';
import { peersJson } from './peers-json.ts';

/** What is asked of the working thread. */
export interface VerifyRequest {
  readonly verify: string;
}

const AFTER = `Examples:
  $0 prepared
  $0 /var/lib/elastickv/n1 --json

Reads the snapshot with its checksum and entries, its token, the chain of checksums of the log, and \
compares them with the peers.
Exit codes: 0 a node will start from it; 1 wrong flags or paths, or the machine refuses; 2 a node would refuse it, or \
start without the data.`;

function commandOf({ name, version }: Host) {
  return withSharedFlags(
    programCommand({
      name,
      description: 'Reads a prepared directory again, and says what a node will do with it.',
      version,
      after: AFTER,
    })
      .argument('[data-dir]')
      .option('--data-dir <folder>', 'the directory; the flag itself may be left out'),
  );
}

function verifyProgram(host: Host): Program<VerifyRequest, VerifyResult> {
  return {
    command: commandOf(host),
    work: host.work,
    exitCodes: { usage: 1, environment: 1, data: 2, defect: 1 },
    requestOf: (flags) => {
      const verify = flags.text('data-dir');
      if (!verify) throw new UsageError(`name the directory to verify: ${host.name} <folder>`);
      return { verify };
    },
    endingOf,
    cleanUp: () => () => {},
    stopped: 'nothing was changed',
  };
}

/** `ekv restore verify`. docs/format/07-restore.md, section 5. */
export const VERIFY = definition(verifyProgram);

function endingOf(result: VerifyResult): Ending {
  const { outcome, dataDir, problems, index, term, peers, entries, lastCommitTs, clockCeiling, warnings } = result;
  const known = {
    data_dir: dataDir,
    ...(index === undefined ? {} : { index }),
    ...(term === undefined ? {} : { term }),
    ...(entries === undefined ? {} : { entries }),
    ...(lastCommitTs === undefined ? {} : { last_commit_ts: lastCommitTs }),
  };
  const isGood = outcome === 'verified';
  return {
    exitCode: isGood ? 0 : 2,
    message: 'node directory verified',
    fields: {
      ...known,
      peers: peers.map(({ id, address }) => `${id}=${address}`).join(','),
      ...(clockCeiling === undefined ? {} : { clock_ceiling: new Date(Number(clockCeiling)).toISOString() }),
      warning_count: warnings,
    },
    ...(isGood ? { lines: forecast(result) } : { error: `${dataDir} is not what a node starts from`, problems }),
    json: {
      ...known,
      outcome,
      peers: peersJson(peers),
      ...(clockCeiling === undefined ? {} : { clock_ceiling_ms: clockCeiling }),
      problems,
      ...(isGood ? {} : { error: { kind: 'data', message: `${dataDir} is not what a node starts from`, problems } }),
    },
  };
}

/** What the node will do. */
function forecast({ peers, entries, index, term, clockCeiling }: VerifyResult): string[] {
  const names = peers.map(({ id, address }) => `${id} (${address})`).join(', ');
  return [
    `A node that is called as one of ${names} restores ${entries} entries as index ${index} of term ${term};`,
    `it ${peers.length === 1 ? 'leads alone' : `elects a leader with ${Math.floor(peers.length / 2)} other${peers.length > 3 ? 's' : ''}`}, and its clock starts at ${new Date(Number(clockCeiling)).toISOString()} or later.`,
  ];
}
