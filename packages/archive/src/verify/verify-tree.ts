import { ChecksumsVerifier, displayPath, filesBelow, type InputTree, refusedEntry } from '@ekv/dump-tree';
import { DataError, fewOf, ScratchFolder } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { withoutList } from '../members/digest-sink.ts';
import { MOST_EXAMPLES } from '../members/dump-files.ts';
import { openDump, readDumpManifest, refuseUnlisted } from '../pack/packed-tree.ts';
import { type ArchiveRun, CountedRun } from '../run/archive-run.ts';
import { Verdict } from './verdict.ts';
import type { VerifyRequest, VerifyResult } from './verify-request.ts';
import { damageByTimes } from './write-times.ts';

/** As `verifyDump`, of a folder. */
export function verifyTree({ input, scratchRoot }: VerifyRequest, options: ArchiveRun): VerifyResult {
  const run = new CountedRun(options);
  const scratch = new ScratchFolder(scratchRoot || undefined, scratchName(run.runId));
  const verifier = new ChecksumsVerifier(scratch);
  try {
    const tree = openDump(input, withoutList(verifier));
    const verdict = new Verdict();
    verdict.manifest = verdict.attempt(() => readDumpManifest(tree, run.warn));
    verdict.attempt(() => refuseUnlisted(tree));
    run.progress.begin('verifying');
    const { files, bytes } = hashFiles(tree, run, verdict);
    const listed = { display: displayPath, openOptional: tree.openOptional.bind(tree) };
    const report = verifier.finish(listed, 'all', MOST_EXAMPLES)!;
    verdict.report = report;
    const damage = damageByTimes(tree.root, report.changed.examples);
    if (damage !== undefined) verdict.addDifference(damage);
    return { ...verdict.result(), input, kind: 'folder', files, bytes, warnings: run.warnings };
  } finally {
    verifier.close();
    scratch.remove();
  }
}

/** Reads every file once; its digest goes to the verifier of the tree. */
function hashFiles(tree: InputTree, run: CountedRun, verdict: Verdict): { files: number; bytes: number } {
  const strangers = new Strangers(verdict);
  let [files, bytes] = [0, 0];
  for (const { path, kind } of filesBelow(tree, '', (entries) => strangers.guard(entries))) {
    if (kind !== 'file') {
      strangers.add(refusedEntry(displayPath(path), kind));
      continue;
    }
    const size = strangers.attempt(() => hashedSize(tree, path));
    if (size === undefined) continue;
    files++;
    bytes += size;
    run.progress.count(size);
  }
  strangers.report();
  return { files, bytes };
}

/** Files up to this size are read at once. */
const MOST_WHOLE = 1 << 18;

function hashedSize(tree: InputTree, path: string): number {
  const file = tree.readOrLeave(path, MOST_WHOLE);
  return 'slice' in file && 'modifiedMs' in file ? file.size : file.length;
}

/** What stands in a tree and is no plain file, or changes under the run: the first few are named, the rest is counted. */
class Strangers {
  readonly #verdict: Verdict;
  readonly #examples: string[] = [];
  #count = 0;

  constructor(verdict: Verdict) {
    this.#verdict = verdict;
  }

  add(error: unknown): void {
    if (!(error instanceof DataError)) throw error;
    this.#count++;
    if (this.#examples.length < MOST_EXAMPLES) this.#examples.push(error.message);
  }

  attempt<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.add(error);
      return undefined;
    }
  }

  *guard<T>(values: Iterable<T>): Generator<T> {
    try {
      yield* values;
    } catch (error) {
      this.add(error);
    }
  }

  report(): void {
    if (this.#count > 0) this.#verdict.addDifference(fewOf(this.#examples, this.#count, '; '));
  }
}
