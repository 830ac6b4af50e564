import { lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHECKSUMS_NAME,
  type ChecksumsReport,
  ChecksumsVerifier,
  ChecksumsWriter,
  filesBelow,
  InputTree,
  MANIFEST_NAME,
  Problems,
  refusedEntry,
} from '@ekv/dump-tree';
import { type AdapterName, manifestBytes, smallestManifest, wallTimeIso } from '@ekv/manifest';
import { environmentError, fewOf, ScratchFolder, timestampAt, UsageError } from '@ekv/snapshot';
import { replaceFile, scratchName } from '@ekv/snapshot/publish';
import { LISTED_FOLDERS } from '../files/listed-folders.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { refuseUnusable } from '../run/commit-time.ts';
import { Run, type RunOptions } from '../run/run.ts';

export interface RepairRequest {
  /** Root of the dump tree. */
  readonly input: string;
  /** Write the smallest MANIFEST.json for the adapters whose folders are there. There must be none. */
  readonly newManifest?: boolean | undefined;
  /** Write CHECKSUMS anew from the files that are there. */
  readonly updateChecksums?: boolean | undefined;
  /** For the new manifest. Default: now. */
  readonly lastCommitTs?: bigint | undefined;
  /** Version of the tool, for the new manifest. */
  readonly toolVersion: string;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string | undefined;
}

export interface RepairResult {
  readonly outcome: 'repaired';
  readonly input: string;
  /** Adapters of the new manifest; `undefined` when none was asked for. */
  readonly adapters: readonly AdapterName[] | undefined;
  /** How the files differed from the older CHECKSUMS; `undefined` when CHECKSUMS was not asked for. */
  readonly checksums: UpdatedChecksums | undefined;
  readonly warnings: number;
}

export interface UpdatedChecksums {
  /** Lines of the new list. */
  readonly files: number;
  readonly changed: number;
  /** Files that were not listed; all of them when there was no list. */
  readonly added: number;
  /** Listed files that are not there. */
  readonly gone: number;
}

/**
 * Makes a tree that was edited or made by hand true again: writes a manifest where there is none, and CHECKSUMS from the
 * files that are there. Each file appears complete or not at all. docs/format/02-dump-tree.md, section 11.
 *
 * Throws UsageError for the request, DataError for a tree with links or special files, EnvironmentError.
 */
export function repairTree(request: RepairRequest, options: RunOptions = {}): RepairResult {
  const { input } = request;
  if (input === '') throw new UsageError('--input is required: name the root of a dump tree');
  if (!request.newManifest && !request.updateChecksums) throw new UsageError('nothing to repair is asked for');
  if (request.newManifest) refuseUnusable(request.lastCommitTs);
  checkRoot(input);
  const run = new Run(options);
  run.progress.begin('hashing the tree');
  const adapters = request.newManifest ? writeManifest(request, run) : undefined;
  const checksums = request.updateChecksums ? updateChecksums(request, run) : undefined;
  return { outcome: 'repaired', input, adapters, checksums, warnings: run.warnings };
}

function checkRoot(input: string): void {
  try {
    if (statSync(input).isDirectory()) return;
  } catch (error) {
    throw environmentError(error, 'look at', input);
  }
  throw new UsageError(
    `${input} is not a folder; name the root of a dump tree: only a folder is repaired, and an archive must be unpacked first (ekv-archive unpack)`,
  );
}

function writeManifest(request: RepairRequest, run: Run): AdapterName[] {
  const path = join(request.input, MANIFEST_NAME);
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new UsageError(`${path} is there already; edit it, or move it away to have a new one written`);
  }
  const tree = new InputTree(request.input);
  const adapters = ADAPTER_NAMES.filter((name) => tree.isFolder(name));
  if (adapters.length === 0) {
    throw new UsageError(
      `${request.input} has none of the folders ${ADAPTER_NAMES.join(', ')}; it is not the root of a dump tree`,
    );
  }
  const now = BigInt(Date.now());
  const manifest = smallestManifest({
    elastickvVersion: request.toolVersion,
    lastCommitTs: request.lastCommitTs ?? timestampAt(now),
    wallTimeIso: wallTimeIso(now * 1_000_000n),
    adapters,
  });
  replaceFile(path, run.runId, (file) => file.write(manifestBytes(manifest)));
  return adapters;
}

function updateChecksums(request: RepairRequest, run: Run): UpdatedChecksums {
  refuseFolder(join(request.input, CHECKSUMS_NAME));
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  try {
    const older = new ChecksumsVerifier(scratch);
    const lines = new ChecksumsWriter(scratch);
    let files = 0;
    const verifier = {
      add: (path: string, sha256: string) => {
        older.add(path, sha256);
        lines.add(path, sha256);
        files++;
      },
    };
    hashFiles(new InputTree(request.input, { verifier }), run);
    const report = older.finish(new InputTree(request.input), LISTED_FOLDERS, MOST_NAMED);
    replaceFile(join(request.input, CHECKSUMS_NAME), run.runId, (file) => lines.writeTo(file));
    if (report !== undefined) tellChanges(report, run);
    return {
      files,
      changed: report?.changed.count ?? 0,
      added: report?.unlisted.count ?? files,
      gone: report?.missing.count ?? 0,
    };
  } finally {
    scratch.remove();
  }
}

/** Before the tree is read: the new list could not take its place. */
function refuseFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${path} is a folder; move it away, then run this again`);
}

/** Reads every file of the tree once; its digest goes to the tree's verifier. */
function hashFiles(tree: InputTree, run: Run): void {
  const problems = new Problems();
  hash(tree, MANIFEST_NAME, run);
  for (const folder of LISTED_FOLDERS) {
    if (problems.attempt(() => tree.isFolder(folder)) !== true) continue;
    for (const { path, kind } of filesBelow(tree, folder, (entries) => problems.guard(entries))) {
      if (kind === 'file') problems.attempt(() => hash(tree, path, run));
      else problems.add(refusedEntry(tree.display(path), kind));
    }
  }
  problems.throwIfAny();
}

function hash(tree: InputTree, path: string, run: Run): void {
  const file = tree.openOptional(path);
  if (file === undefined) throw new UsageError(`${tree.display(path)} is missing`);
  run.progress.count(file.byteLength);
  file.close();
}

/** Files of each kind that are named: whoever edited a tree looks whether that is all; the rest is a count. */
const MOST_NAMED = 20;

/** The operator made these changes, or they are damage: each kind is told once. */
function tellChanges({ changed, unlisted, missing, malformed, irregular }: ChecksumsReport, run: Run): void {
  const kinds = [
    ['changed files', changed],
    ['files that were not listed', unlisted],
    ['listed files that are gone', missing],
    ['lines that were none', malformed],
    ['listed files in whose place something else stands', irregular],
  ] as const;
  for (const [what, { count, examples }] of kinds) {
    if (count === 0) continue;
    run.warn({
      event: 'checksums_updated',
      message: `${what}: ${fewOf(examples, count)}; the new CHECKSUMS takes them as they are now`,
      fields: { count },
    });
  }
}
