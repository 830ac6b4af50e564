import { ChecksumsVerifier, displayPath, type InputTree, refuseOutputInside } from '@ekv/dump-tree';
import type { Manifest } from '@ekv/manifest';
import { type ByteSink, DataError, ScratchFolder } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { archiveSink } from '../compression/archive-sink.ts';
import { MOST_MEMBERS_ELSEWHERE } from '../members/archive-limits.ts';
import { withoutList } from '../members/digest-sink.ts';
import { MOST_EXAMPLES } from '../members/dump-files.ts';
import { type ArchiveRun, CountedRun } from '../run/archive-run.ts';
import { warnOfPackRuns } from '../run/other-runs.ts';
import { refuseDifferences } from '../verify/tree-differences.ts';
import { ArchiveFile, type ArchivePlace, checkArchivePlace, HashedSink, type WrittenArchive } from './archive-file.ts';
import { warnOfName } from './misleading-name.ts';
import { checkPackRequest, type PackRequest, type PackResult } from './pack-request.ts';
import { openDump, PackedTree, readDumpManifest, refuseUnlisted } from './packed-tree.ts';
import { StandardOutput } from './standard-output.ts';
import { TreePacker } from './tree-packer.ts';

/**
 * Packs a dump tree as one archive, and verifies it by its CHECKSUMS on the way: each file is read once. The archive appears complete or
 * not at all. Its bytes depend on the tree alone: on neither the machine, nor the owner and times of the files.
 * docs/format/07-restore.md, section 7.2.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any of them nothing is at the output; standard
 * output has got an archive without its end.
 */
export function packTree(request: PackRequest, options: ArchiveRun = {}): PackResult {
  checkPackRequest(request);
  const { input, output } = request;
  const run = new CountedRun(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  const verifier = new ChecksumsVerifier(scratch);
  try {
    const digests = withoutList(verifier);
    const tree = openDump(input, digests);
    if (output !== '-') {
      refuseOutputInside(input, output);
      checkArchivePlace(placeOf(request));
      warnOfPackRuns(output, run);
      warnOfName(output, request.compression ?? 'zstd', run.warn);
    }
    const manifest = readDumpManifest(tree, run.warn);
    refuseUnlisted(tree);
    return new Packing({ request, run, scratch, verifier, tree, manifest }).pack();
  } finally {
    verifier.close();
    scratch.remove();
  }
}

/** All that was checked before the tree is walked over. */
interface PackingJob {
  readonly request: PackRequest;
  readonly run: CountedRun;
  readonly scratch: ScratchFolder;
  readonly verifier: ChecksumsVerifier;
  readonly tree: InputTree;
  readonly manifest: Manifest;
}

class Packing {
  readonly #job: PackingJob;

  constructor(job: PackingJob) {
    this.#job = job;
  }

  pack(): PackResult {
    const { tree, scratch, request } = this.#job;
    const members = new PackedTree(tree, scratch);
    try {
      this.#checkCount(members.count);
      return request.output === '-' ? this.#toStandardOutput(members) : this.#toFile(members);
    } finally {
      members.close();
    }
  }

  #checkCount(count: number): void {
    const { request, run, tree } = this.#job;
    const { maxMembers } = request;
    if (maxMembers !== undefined && count > maxMembers)
      throw new DataError(
        `${tree.root} has ${count} files and folders, more than ${maxMembers}; raise the option maxMembers when it is right that it does`,
      );
    if (count > MOST_MEMBERS_ELSEWHERE && maxMembers === undefined)
      run.warn({
        event: 'archive_of_many_members',
        message: `${tree.root} has ${count} files and folders, and elastickv's own archive tool unpacks ${MOST_MEMBERS_ELSEWHERE} at most; this one unpacks all of them`,
        fields: { count },
      });
  }

  #toStandardOutput(members: PackedTree): PackResult {
    const output = new StandardOutput();
    try {
      const sink = new HashedSink(output);
      return this.#write(members, sink, () => ({ ...sink.written(), replaced: false }));
    } finally {
      output.close();
    }
  }

  #toFile(members: PackedTree): PackResult {
    const { request, run } = this.#job;
    const file = new ArchiveFile(placeOf(request), run.runId);
    try {
      return this.#write(members, file.sink, () => {
        run.progress.begin('publishing');
        const replaced = file.publish(() => run.gate.pass());
        return { ...file.sink.written(), replaced };
      });
    } finally {
      file.close();
    }
  }

  /** @param finish is called when all bytes are written, and all files are those that CHECKSUMS lists. */
  #write(members: PackedTree, sink: ByteSink, finish: () => WrittenArchive & Pick<PackResult, 'replaced'>): PackResult {
    const { request, run, verifier, tree, manifest } = this.#job;
    const { compression = 'zstd' } = request;
    const bytes = archiveSink(compression === 'zstd' ? 'tar.zst' : 'tar', sink);
    const packer = new TreePacker(tree, withoutList(verifier), bytes, secondsOf(manifest.wall_time_iso));
    run.progress.begin('packing', members.count);
    for (const entry of members.entries()) {
      run.progress.count(packer.add(entry));
      run.progress.advance(1);
    }
    // What is listed and was not met is missing: nothing of the tree is read twice.
    const listed = { display: displayPath, openOptional: tree.openOptional.bind(tree) };
    refuseDifferences(tree.root, 'folder', verifier.finish(listed, 'all', MOST_EXAMPLES)!);
    packer.end();
    const written = finish();
    return {
      outcome: 'packed',
      input: request.input,
      output: request.output,
      compression,
      members: members.count,
      files: packer.files,
      bytes: packer.bytes,
      archiveBytes: written.bytes,
      sha256: written.sha256,
      replaced: written.replaced,
      warnings: run.warnings,
    };
  }
}

function placeOf({ output, force = false }: PackRequest): ArchivePlace {
  return { output, force };
}

/** Whole seconds; a time before 1970 is that of the start of 1970. */
function secondsOf(wallTime: string): number {
  return Math.max(0, Math.floor(Date.parse(wallTime) / 1000));
}
