import { ChecksumsVerifier, displayPath, type PieceSink, StagedTree } from '@ekv/dump-tree';
import { DataError, EnvironmentError, ScratchFolder, UsageError } from '@ekv/snapshot';
import { kindInWords, look, scratchName } from '@ekv/snapshot/publish';
import type { ArchiveKind } from '../compression/archive-kind.ts';
import { type OpenArchive, openArchive } from '../compression/open-archive.ts';
import { type ArchiveLimits, limitsOf } from '../members/archive-limits.ts';
import { withoutList } from '../members/digest-sink.ts';
import { DumpFiles } from '../members/dump-files.ts';
import { MembersToTree, type MembersTree } from '../members/members-to-tree.ts';
import { counting, passArchive } from '../members/pass-archive.ts';
import type { Compression } from '../pack/pack-request.ts';
import { type ArchiveRun, CountedRun } from '../run/archive-run.ts';
import { warnOfUnpackRuns } from '../run/other-runs.ts';
import { refuseDifferences } from '../verify/tree-differences.ts';
import { refuseOtherKind } from './refuse-other-kind.ts';

/** An archive, and the place where its tree is to stand. docs/format/07-restore.md, section 7.3. */
export interface UnpackRequest extends ArchiveLimits {
  /** The archive; `-` is standard input. */
  readonly input: string;
  /** Root of the tree; nothing may stand there. Folders above it are made. */
  readonly output: string;
  /** What the archive must be. Default: what its first bytes say. */
  readonly compression?: Compression | undefined;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

export interface UnpackResult {
  readonly outcome: 'unpacked';
  readonly input: string;
  readonly output: string;
  readonly kind: ArchiveKind;
  /** Files and folders. */
  readonly members: number;
  readonly files: number;
  /** Of the files. */
  readonly bytes: number;
  /** Of the manifest. */
  readonly clusterId: string;
  readonly lastCommitTs: bigint;
  readonly warnings: number;
}

/**
 * Unpacks an archive of a dump and verifies the tree by its CHECKSUMS while it is written. The tree appears complete and on the disk, or not
 * at all: root and folders 0700, files 0600, times of now. docs/format/07-restore.md, section 7.3.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError for an archive that is damaged, hostile or of something else, and for a
 * tree that is not what its CHECKSUMS lists (exit code 2). After any of them nothing is at the output.
 */
export function unpackArchive(request: UnpackRequest, options: ArchiveRun = {}): UnpackResult {
  checkRequest(request);
  const run = new CountedRun(options);
  const archive = openArchive(request.input);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  try {
    refuseOtherKind(archive, request.compression);
    warnOfUnpackRuns(request.output, run);
    return unpack(archive, { request, run, scratch });
  } finally {
    archive.close();
    scratch.remove();
  }
}

function checkRequest(request: UnpackRequest): void {
  const { input, output } = request;
  if (input === '') throw new UsageError('--input is required: name the archive, or - for standard input');
  if (output === '') throw new UsageError('--output is required: name the folder to make');
  if (output === '-') throw new UsageError('--output -: a tree is a folder; name it (one that is called - is ./-)');
  limitsOf(request);
  const there = look(output.replace(/(?<=.)\/+$/, ''));
  if (there !== undefined)
    throw new UsageError(
      `the output ${output} exists already (${kindInWords(there)}); name a folder that does not exist`,
    );
}

interface Job {
  readonly request: UnpackRequest;
  readonly run: CountedRun;
  readonly scratch: ScratchFolder;
}

function unpack(archive: OpenArchive, { request, run, scratch }: Job): UnpackResult {
  const { input, output } = request;
  const verifier = new ChecksumsVerifier(scratch);
  const staged = StagedTree.create(output, { scratch, runId: run.runId, digests: withoutList(verifier) });
  const dump = new DumpFiles(refusingTwice(staged), scratch);
  const members = new MembersToTree(dump, request, scratch, run.progress);
  try {
    run.progress.begin('unpacking', archive.kind === 'tar' ? archive.file?.size : undefined);
    passArchive(archive, members, counting(run.progress));
    members.check(archive.name);
    const manifest = dump.manifest(archive.name, run.warn);
    refuseDifferences(archive.name, 'archive', dump.compare(archive.name, verifier));
    run.progress.begin('publishing');
    run.gate.pass();
    staged.publishAsIs();
    return {
      outcome: 'unpacked',
      input,
      output,
      kind: archive.kind,
      members: members.members,
      files: members.files,
      bytes: members.bytes,
      clusterId: manifest.cluster_id,
      lastCommitTs: manifest.last_commit_ts,
      warnings: run.warnings,
    };
  } finally {
    members.close();
    dump.close();
    verifier.close();
    // Nothing once the tree is at its place.
    staged.abandon();
  }
}

/** A member that meets one that came before is a fault of the archive, not of the machine. */
function refusingTwice(tree: StagedTree): MembersTree {
  const guarded = <T>(path: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof EnvironmentError) || !isTaken(error)) throw error;
      throw new DataError(
        `the member "${displayPath(path)}" comes twice, or is a file and a folder at once, or the file system takes its name for another one`,
        { cause: error },
      );
    }
  };
  return {
    file: (path, bytes) => guarded(path, () => tree.file(path, bytes)),
    pieces: (path): PieceSink => guarded(path, () => tree.pieces(path)),
    folder: (path) => guarded(path, () => tree.folder(path)),
  };
}

const TAKEN = new Set(['EEXIST', 'ENOTDIR', 'EISDIR']);

function isTaken({ cause }: EnvironmentError): boolean {
  return TAKEN.has((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}
