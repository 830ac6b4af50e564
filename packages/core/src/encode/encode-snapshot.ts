import { join } from 'node:path';
import { MANIFEST_NAME } from '@ekv/dump-tree';
import type { AdapterName } from '@ekv/manifest';
import {
  type ByteSink,
  EnvironmentError,
  giveBlock,
  ScratchFolder,
  TimestampTooLowError,
  UsageError,
} from '@ekv/snapshot';
import { FileSink, look, lookThrough, scratchName } from '@ekv/snapshot/publish';
import { checkGuards } from '../adapters/guards.ts';
import { type DumpInput, isArchiveInput, openDumpInput } from '../files/dump-input.ts';
import { fileSha256 } from '../files/file-blocks.ts';
import { enabledAdapters } from '../run/adapter-list.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { Selection } from '../selection/selection.ts';
import type { SelfTestMismatch } from '../self-test/self-test.ts';
import { checkStateIsThere } from '../whole-state/whole-state-rules.ts';
import { BodyChecks } from './body-checks.ts';
import type { EncodeRequest } from './encode-request.ts';
import { filtersOfSnapshot, warnOfPartialSnapshot } from './partial-snapshot.ts';
import { type BeforeSelfTest, type WrittenRows, writeRows, writeTested } from './tested-snapshot.ts';

interface EncodeFacts {
  /** As in the header. */
  readonly lastCommitTs: bigint;
  /** Size of the snapshot. After a mismatch: of the rejected one. */
  readonly bytes: number;
  /** SHA-256 of the snapshot, 64 hex digits. After a mismatch: of the rejected bytes. */
  readonly sha256: string;
  readonly entries: number;
  /** Rows by adapter, in the canonical order. */
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly adaptersEnabled: readonly AdapterName[];
  readonly warnings: number;
}

/** The destination holds the snapshot. */
export interface Encoded extends EncodeFacts {
  readonly outcome: 'encoded';
  readonly selfTest: 'passed' | 'not run';
}

/** The self-test failed: the destination got not one byte. */
export interface Mismatched extends EncodeFacts {
  readonly outcome: 'mismatch';
  readonly mismatch: SelfTestMismatch;
}

/** A caller must look at `outcome` to learn anything of the snapshot. */
export type EncodeResult = Encoded | Mismatched;

/**
 * Encodes a dump tree to a snapshot. The manifest is not read: what it says comes with the request.
 * docs/format/08-cli.md, section 7.
 *
 * Without a self-test nothing reaches the destination before all adapters succeeded; then the bytes stream out. With one,
 * nothing reaches it unless the self-test matched; a mismatch is a result, not an error.
 *
 * Throws UsageError, TimestampTooLowError, GuardError, AdapterError, TreeProblemsError, DuplicateKeyError, StrictError,
 * ChecksumsError, EnvironmentError.
 */
export function encodeSnapshot(request: EncodeRequest, destination: ByteSink, options: RunOptions = {}): EncodeResult {
  return encodeWith(request, destination, options, () => {});
}

/** As {@link encodeSnapshot}, with a hook that a test needs to prove the promise of the self-test. */
export function encodeWith(
  request: EncodeRequest,
  destination: ByteSink,
  options: RunOptions,
  beforeSelfTest: BeforeSelfTest,
): EncodeResult {
  checkRequest(request, destination);
  const run = new Run(options);
  checkEncodable(request, run);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  let input: DumpInput | undefined;
  try {
    input = openDumpInput(request.input, scratch, run.progress, run.workers);
    checkManifest(request, input);
    if (!request.selfTest) {
      // What is refused must be so before the destination, which may be a pipe, has anything of it.
      const bodies = request.strict ? undefined : new BodyChecks();
      const written = writeRows(request, destination, run, scratch, bodies, input);
      warnOfPartialSnapshot(request.adapters, filtersOfSnapshot(request, request.filters), run.warn);
      return { outcome: 'encoded', selfTest: 'not run', ...factsOf(request, written, run) };
    }
    const file = new FileSink(scratch.newFile('self-test'));
    const tested = writeTested(request, file, run, scratch, beforeSelfTest, input);
    if (tested.mismatch !== undefined) {
      return { outcome: 'mismatch', mismatch: tested.mismatch, ...factsOf(request, tested, run) };
    }
    warnOfPartialSnapshot(request.adapters, filtersOfSnapshot(request, request.filters), run.warn);
    copyFile(file.path, tested.sha256, destination);
    return { outcome: 'encoded', selfTest: 'passed', ...factsOf(request, tested, run) };
  } finally {
    input?.close();
    scratch.remove();
  }
}

function factsOf(
  { lastCommitTs, adapters }: EncodeRequest,
  { bytes, sha256, entries, rows }: WrittenRows,
  { warnings }: Run,
): EncodeFacts {
  return { lastCommitTs, bytes, sha256, entries, rows, adaptersEnabled: enabledAdapters(adapters), warnings };
}

function checkRequest(request: EncodeRequest, destination: ByteSink | undefined): void {
  const { input } = request;
  if (input === '') throw new UsageError('no input root is given');
  const isArchive = isArchiveInput(input);
  if (!isArchive && lookThrough(input) === undefined) throw new UsageError(`the input root ${input} does not exist`);
  if (!isArchive && !request.allowMissingManifest && look(join(input, MANIFEST_NAME)) === undefined)
    throw missingManifest(input);
  if (destination === undefined) throw new UsageError('no destination is given');
  if (request.adapters.length === 0) {
    throw new UsageError('no adapter is selected; the snapshot would be valid and empty');
  }
}

/** Of an archive it shows only when it has been read. */
function checkManifest({ input, allowMissingManifest }: EncodeRequest, dump: DumpInput): void {
  if (!allowMissingManifest && isArchiveInput(input) && !dump.has(MANIFEST_NAME)) throw missingManifest(input);
}

function missingManifest(input: string): UsageError {
  return new UsageError(
    `${join(input, MANIFEST_NAME)} is missing: ${input} is no dump tree, or the decode that made it failed`,
  );
}

/** Checks that are about the manifest's data: timestamp and guards. */
export function checkEncodable(request: EncodeRequest, run: Run): void {
  const { lastCommitTs, manifestLastCommitTs = 0n } = request;
  if (lastCommitTs < manifestLastCommitTs) {
    throw new TimestampTooLowError(
      `--last-commit-ts ${lastCommitTs} is below the manifest's last_commit_ts ${manifestLastCommitTs}: a restored cluster would give out timestamps at or below those of restored rows; give a value that is not below it, or leave the flag out`,
      lastCommitTs,
      manifestLastCommitTs,
    );
  }
  checkSelectionAlone(request);
  checkStateIsThere(request.wholeState, request.guards);
  checkGuards(request.guards, request.adapters, request.dropUnsupported ?? false, run.warn);
}

/** What a tree holds beside a selection would be a difference. */
function checkSelectionAlone({ selection, selfTest }: EncodeRequest): void {
  if (selection === undefined) return;
  const { takesAll, dropsExpired } = new Selection(selection);
  if (!selfTest || (takesAll && !dropsExpired)) return;
  throw new UsageError(
    '--self-test compares the snapshot with the whole tree, so it does not go with --match, --scope, --exclude or --expired drop; decode with these, then encode that dump with --self-test',
  );
}

/** Hands the tested file on, and makes sure that what is handed on is what was tested. */
function copyFile(path: string, sha256: string, destination: ByteSink): void {
  // What is read next goes into the same memory.
  const give = (block: Uint8Array) =>
    giveBlock(destination, destination.holdsBlocks === undefined ? Buffer.from(block) : block);
  if (fileSha256(path, give) === sha256) return;
  throw new EnvironmentError(
    `${path} changed after its self-test, while it was read; the destination must not be used`,
  );
}
