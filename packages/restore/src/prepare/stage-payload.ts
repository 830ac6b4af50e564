import { crc32c, DataError } from '@ekv/snapshot';
import { nodeSnapshotName, writeNodeHeader } from '../format/node-snapshot.ts';
import type { Peer } from '../format/peer.ts';
import { PEERS_FILE, writePeersFile } from '../format/peers-file.ts';
import { snapFileName, writeSnapFile } from '../format/snap-file.ts';
import { WAL_BYTES, WAL_FILE, writeWalHead } from '../format/wal-file.ts';
import { type PassedPayload, passPayload } from '../payload/pass-payload.ts';
import type { PayloadSource } from './payload-source.ts';
import type { RestoreRun } from './restore-run.ts';
import type { StagedNode } from './staged-node.ts';

/** Folders of a group's directory. */
export const GROUP_FOLDERS = ['fsm-snap', 'snap', 'wal'];

/** Where a snapshot stands in raft's log, and who votes. */
export interface RaftPlace {
  readonly index: bigint;
  readonly term: bigint;
  /** Ascending by node id. */
  readonly peers: readonly Peer[];
}

/** Checks all of a snapshot, and writes nothing. Throws DataError, EnvironmentError. */
export function rehearsePayload(source: PayloadSource, run: RestoreRun): PassedPayload {
  run.progress?.begin('checking the snapshot', source.payload.byteLength);
  const passed = passPayload(source.payload, 0, (block) => run.progress?.count(block.length));
  checkDigest(source, passed);
  return passed;
}

/**
 * Writes the directory of a group. docs/format/07-restore.md, section 3.
 *
 * @param prefix of its paths in the staged directory: empty, or a folder with a slash. Throws DataError, EnvironmentError.
 */
export function stagePayload(
  staged: StagedNode,
  prefix: string,
  source: PayloadSource,
  { index, term, peers }: RaftPlace,
  run: RestoreRun,
): PassedPayload {
  const { payload, ceiling } = source;
  const voters = peers.map(({ nodeId }) => nodeId);
  staged.directory(`${prefix}fsm-snap`);
  run.progress?.begin('copying the snapshot', payload.byteLength);
  const passed = staged.file(`${prefix}fsm-snap/${nodeSnapshotName(index)}`, { mode: 0o600 }, (put) => {
    const header = writeNodeHeader(ceiling);
    put(header);
    const copied = passPayload(payload, crc32c(header), (block) => {
      put(block);
      run.progress?.count(block.length);
    });
    const footer = Buffer.alloc(4);
    footer.writeUInt32BE(copied.crc32c);
    put(footer);
    return copied;
  });
  checkDigest(source, passed);
  staged.directory(`${prefix}snap`);
  const snap = writeSnapFile({ term, index, footer: passed.crc32c, voters });
  staged.file(`${prefix}snap/${snapFileName({ term, index })}`, { mode: 0o666 }, (put) => put(snap));
  staged.directory(`${prefix}wal`, 0o700);
  const wal = writeWalHead({ term, index, voters });
  staged.file(`${prefix}wal/${WAL_FILE}`, { mode: 0o600, size: WAL_BYTES }, (put) => put(wal));
  staged.file(`${prefix}${PEERS_FILE}`, { mode: 0o600 }, (put) => put(writePeersFile({ index, peers })));
  return passed;
}

function checkDigest({ info, sidecar, payload }: PayloadSource, { sha256 }: PassedPayload): void {
  if (info.output_fsm_sha256.toLowerCase() === sha256) return;
  throw new DataError(
    `${payload.path} has the SHA-256 ${sha256}, and ${sidecar} says ${info.output_fsm_sha256}: it was cut or changed, or the sidecar is of another snapshot; copy both again`,
  );
}
