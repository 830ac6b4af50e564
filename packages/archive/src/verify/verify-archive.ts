import { ChecksumsVerifier } from '@ekv/dump-tree';
import { ScratchFolder } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { type OpenArchive, openArchive } from '../compression/open-archive.ts';
import { DigestSink, withoutList } from '../members/digest-sink.ts';
import { DumpFiles } from '../members/dump-files.ts';
import { MembersToTree } from '../members/members-to-tree.ts';
import { counting, passArchive } from '../members/pass-archive.ts';
import { type ArchiveRun, CountedRun } from '../run/archive-run.ts';
import { Verdict } from './verdict.ts';
import type { VerifyRequest, VerifyResult } from './verify-request.ts';

/** As `verifyDump`, of an archive: it is read once, and nothing of it is held. */
export function verifyArchive(request: VerifyRequest, options: ArchiveRun): VerifyResult {
  const run = new CountedRun(options);
  const archive = openArchive(request.input);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  try {
    return verify(archive, request, run, scratch);
  } finally {
    archive.close();
    scratch.remove();
  }
}

function verify(archive: OpenArchive, request: VerifyRequest, run: CountedRun, scratch: ScratchFolder): VerifyResult {
  const { name } = archive;
  const verifier = new ChecksumsVerifier(scratch);
  const dump = new DumpFiles(new DigestSink(withoutList(verifier)), scratch);
  const members = new MembersToTree(dump, request, scratch, run.progress);
  try {
    const verdict = new Verdict();
    run.progress.begin('verifying', archive.kind === 'tar' ? archive.file?.size : undefined);
    verdict.attempt(() => passArchive(archive, members, counting(run.progress)));
    if (verdict.isDamaged) tellWhole(verdict, members.files);
    else verdict.attempt(() => members.check(name));
    if (!verdict.isDamaged) verdict.manifest = verdict.attempt(() => dump.manifest(name, run.warn));
    if (!verdict.isDamaged || dump.hasList) verdict.report = verdict.attempt(() => dump.compare(name, verifier));
    const { files, bytes } = members;
    return { ...verdict.result(), input: request.input, kind: archive.kind, files, bytes, warnings: run.warnings };
  } finally {
    members.close();
    dump.close();
    verifier.close();
  }
}

/** What an operator can still get: how much of it comes before the damage. */
function tellWhole(verdict: Verdict, files: number): void {
  verdict.addDamage(
    files === 0
      ? 'no file comes before the damage'
      : `${files} files come before the damage; those after it count as missing`,
  );
}
