import { join } from 'node:path';
import { DataError, EnvironmentError, fewOf, openSnapshot, type SnapshotSummary } from '@ekv/snapshot';
import { givenWarn } from '@ekv/snapshot/arguments';
import { kindInWords, look, lookThrough, readSmallFile } from '@ekv/snapshot/publish';
import { nodeIdOf } from '../format/node-id.ts';
import { clockCeiling, nodeSnapshotName } from '../format/node-snapshot.ts';
import type { Peer } from '../format/peer.ts';
import { PEERS_FILE, type PeersFile, readPeersFile } from '../format/peers-file.ts';
import { readSnapFile, type SnapFileRead, snapFileName, writeSnapFile } from '../format/snap-file.ts';
import { WAL_BYTES, WAL_FILE, type WalRead, writeWalHead } from '../format/wal-file.ts';
import type { RestoreRun } from '../prepare/restore-run.ts';
import { innerDirectories } from './inner-directories.ts';
import { refuseOtherFiles } from './other-files.ts';
import { readWalFile, type WalFileRead } from './read-wal-file.ts';

/** What a node will find in a prepared directory. */
export interface VerifyResult {
  readonly outcome: 'verified' | 'refused';
  readonly dataDir: string;
  /** What is wrong, each one line with the path; empty when the directory is as it should be. */
  readonly problems: readonly string[];
  /** What is known of the directory, as far as it could be read. */
  readonly index: bigint | undefined;
  readonly term: bigint | undefined;
  readonly peers: readonly Peer[];
  readonly entries: number | undefined;
  readonly lastCommitTs: bigint | undefined;
  /** Milliseconds since 1970 below which the clock of the node will not go. */
  readonly clockCeiling: bigint | undefined;
  readonly warnings: number;
}

/** Names that a node adds once it has started. */
const STORE = 'fsm.db';
const SNAPSHOTS = 'fsm-snap';
const OTHER_FORM = 'are others than prepare writes: a node has worked with it, or it is damaged';
const SMALL = { what: 'such a file', limit: 64 << 20, links: 'refused' } as const;

/**
 * Reads all of a prepared directory again: the snapshot with its footer and entries, its token, the chain of checksums of the log, and
 * whether all of them speak of the same snapshot and the same members. Nothing is written. docs/format/07-restore.md, section 5.
 *
 * @throws EnvironmentError for what the machine does not let be read, DataError for a folder around such directories; what is wrong in one
 * is a result.
 */
export function verifyNode(dataDir: string, run: RestoreRun = {}): VerifyResult {
  givenWarn(run.warn, 'verifyNode');
  const root = lookThrough(dataDir);
  if (root === undefined)
    throw new EnvironmentError(`${dataDir} does not exist; name a directory that ekv-restore prepare made`);
  if (!root.isDirectory())
    throw new EnvironmentError(`${dataDir} is ${kindInWords(root)}, not the directory that ekv-restore prepare made`);
  const inner = innerDirectories(dataDir).map((name) => join(dataDir, name));
  if (inner.length > 0)
    throw new DataError(
      `${dataDir} holds directories of Raft groups or nodes and is none itself; verify each of them: ${inner.join(', ')}`,
    );
  return new Verification(dataDir, run).result();
}

class Verification {
  readonly #dataDir: string;
  readonly #run: RestoreRun;
  readonly #problems: string[] = [];
  #warnings = 0;

  constructor(dataDir: string, run: RestoreRun) {
    this.#dataDir = dataDir;
    this.#run = run;
  }

  result(): VerifyResult {
    const peersFile = this.#read(PEERS_FILE, () => readPeersFile(this.#bytes(PEERS_FILE)));
    const wal = this.#read(`wal/${WAL_FILE}`, () => readWalFile(join(this.#dataDir, 'wal', WAL_FILE)));
    if (wal !== undefined) this.#checkWal(wal);
    this.#checkAlone('wal', WAL_FILE);
    const snap = wal?.snapshot === undefined ? undefined : this.#snapOf(wal.snapshot);
    if (snap !== undefined && peersFile !== undefined) this.#checkMembers(snap, peersFile);
    const summary = snap === undefined ? undefined : this.#checkSnapshot(snap);
    this.#warnOfStore();
    const lastCommitTs = summary?.lastCommitTs;
    return {
      outcome: this.#problems.length === 0 ? 'verified' : 'refused',
      dataDir: this.#dataDir,
      problems: this.#problems,
      index: snap?.index,
      term: snap?.term,
      peers: peersFile?.peers ?? [],
      entries: summary?.entries,
      lastCommitTs,
      clockCeiling: lastCommitTs === undefined ? undefined : this.#attempt('', () => clockCeiling(lastCommitTs)),
      warnings: this.#warnings,
    };
  }

  #checkWal({ snapshot, hardState, entries, byteLength, head, restIsZero }: WalFileRead): void {
    const path = `wal/${WAL_FILE}`;
    const before = this.#problems.length;
    if (!restIsZero) this.#problem(path, 'other bytes than zeros follow its records');
    if (byteLength !== WAL_BYTES) this.#problem(path, `it has ${byteLength} bytes, a prepared one has ${WAL_BYTES}`);
    if (entries > 0) this.#problem(path, `it holds ${entries} entries after the snapshot: a node has worked with it`);
    if (snapshot === undefined || snapshot.index === 0n)
      return this.#problem(path, 'no record names a snapshot: a node would start without data and members');
    if (hardState === undefined) return this.#problem(path, 'it has no hard state');
    if (hardState.commit < snapshot.index)
      this.#problem(
        path,
        `its hard state commits ${hardState.commit}, below the snapshot ${snapshot.index}: the node would pass it over`,
      );
    if (hardState.term < snapshot.term)
      this.#problem(path, `its hard state has term ${hardState.term}, below that of the snapshot, ${snapshot.term}`);
    const { index, term, confState } = snapshot;
    if (this.#problems.length === before && !head.equals(writeWalHead({ index, term, voters: confState.voters })))
      this.#problem(path, `its records ${OTHER_FORM}`);
  }

  #snapOf({ index, term, confState }: NonNullable<WalRead['snapshot']>): SnapFileRead | undefined {
    const name = snapFileName({ term, index });
    const path = `snap/${name}`;
    this.#checkAlone('snap', name);
    this.#checkAlone(SNAPSHOTS, nodeSnapshotName(index));
    const snap = this.#read(path, () => readSnapFile(this.#bytes(path)));
    if (snap === undefined) return undefined;
    const before = this.#problems.length;
    if (snap.index !== index || snap.term !== term)
      this.#problem(path, `it speaks of index ${snap.index} and term ${snap.term}, the log of ${index} and ${term}`);
    if (snap.tokenIndex !== snap.index)
      this.#problem(path, `its token speaks of index ${snap.tokenIndex}, the file itself of ${snap.index}`);
    if (snap.hasOthers) this.#problem(path, 'it has members that are no voters');
    if (!isSame(snap.voters, confState.voters)) this.#problem(path, 'it has other voters than the log');
    if (this.#problems.length === before && !this.#bytes(path).equals(writeSnapFile(snap)))
      this.#problem(path, `its bytes ${OTHER_FORM}`);
    return snap;
  }

  /** A folder that has one file. */
  #checkAlone(folder: string, own: string): void {
    this.#read(folder, () => refuseOtherFiles(join(this.#dataDir, folder), own));
  }

  #checkMembers(snap: SnapFileRead, { index, peers }: PeersFile): void {
    if (index !== snap.index) this.#problem(PEERS_FILE, `it speaks of index ${index}, the snapshot of ${snap.index}`);
    for (const { id, address, nodeId } of peers) {
      if (nodeIdOf(id) !== nodeId)
        this.#problem(
          PEERS_FILE,
          `the peer ${JSON.stringify(id)} has the node id ${nodeId}, not ${nodeIdOf(id)}, which its id makes: a node with that id would exit`,
        );
      if (address === '') this.#problem(PEERS_FILE, `the peer ${JSON.stringify(id)} has no address`);
    }
    const ids = peers.map(({ nodeId }) => nodeId);
    if (!isSame(ids, snap.voters))
      this.#problem(
        PEERS_FILE,
        `its peers (${listed(ids)}) are not the voters of the snapshot (${listed(snap.voters)}), in this order: the node would exit`,
      );
  }

  #checkSnapshot({ index, footer }: SnapFileRead): SnapshotSummary | undefined {
    const path = `${SNAPSHOTS}/${nodeSnapshotName(index)}`;
    const full = join(this.#dataDir, path);
    const there = look(full);
    if (there === undefined) return this.#problem(path, 'it is missing');
    if (!there.isFile()) return this.#problem(path, `it is ${kindInWords(there)}, where a node has a regular file`);
    this.#run.progress?.begin('checking the snapshot', there.size);
    using snapshot = openSnapshot(full);
    const summary = this.#attempt('', () => snapshot.check({ families: [] }).summary);
    if (summary === undefined) return undefined;
    if (summary.footerCrc32c === undefined) this.#problem(path, 'it has no checksum at its end');
    else if (summary.footerCrc32c !== footer)
      this.#problem(path, 'its checksum is another one than that in its token: the node would exit');
    const newer = [...summary.newerThanHeader.values()].reduce((sum, { count }) => sum + count, 0);
    if (newer > 0) this.#problem(path, `${newer} entries have a timestamp above that of the header`);
    return summary;
  }

  /** With a store beside it a node does not restore. */
  #warnOfStore(): void {
    if (look(join(this.#dataDir, STORE)) === undefined) return;
    this.#warnings++;
    this.#run.warn?.({
      event: 'node_has_started',
      message: `${this.#dataDir} holds ${STORE}: a node has started from it. When the store is older than the snapshot it is what counts, and the snapshot is not restored; move ${STORE} away for that`,
      fields: { path: join(this.#dataDir, STORE) },
      doubt: true,
    });
  }

  /** What is wrong with a file is a problem of its path. */
  #read<T>(path: string, read: () => T): T | undefined {
    return this.#attempt(`${join(this.#dataDir, path)}: `, read);
  }

  #attempt<T>(before: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      this.#problems.push(before + error.message);
      return undefined;
    }
  }

  #bytes(path: string): Buffer {
    const bytes = readSmallFile(join(this.#dataDir, path), SMALL);
    if (bytes === undefined) throw new DataError('it is missing');
    return bytes;
  }

  #problem(path: string, rule: string): undefined {
    this.#problems.push(`${join(this.#dataDir, path)}: ${rule}`);
  }
}

function isSame(a: readonly bigint[], b: readonly bigint[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const MOST_NAMED = 5;

function listed(ids: readonly bigint[]): string {
  return fewOf(ids.slice(0, MOST_NAMED).map(String), ids.length);
}
