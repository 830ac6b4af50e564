import { lstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { ParentFolder } from '@ekv/dump-tree';
import type { Manifest } from '@ekv/manifest';
import { environmentError, machineReason, ScratchFolder, UsageError } from '@ekv/snapshot';
import {
  acceptSnapshot,
  checkOutput,
  checkPublishLock,
  FileSink,
  identityAt,
  isFileName,
  type OutputPaths,
  outputPathsOf,
  previousBeside,
  previousOf,
  removeTemporariesQuietly,
  scratchName,
  temporaryPath,
  writeOwner,
} from '@ekv/snapshot/publish';
import type { EncodeRequest } from '../encode/encode-request.ts';
import { filtersOfSnapshot, warnOfPartialSnapshot } from '../encode/partial-snapshot.ts';
import { type BeforeSelfTest, type TestedSnapshot, writeTested } from '../encode/tested-snapshot.ts';
import { type DumpInput, isArchiveInput, openDumpInput } from '../files/dump-input.ts';
import { refuseOutputInside } from '../files/inside.ts';
import { reportPrevious, warnOfReplacedRun } from '../output/beside-output.ts';
import { refuseStandardStream } from '../output/standard-stream.ts';
import { Run, type RunOptions } from '../run/run.ts';
import type { SelfTestMismatch } from '../self-test/self-test.ts';
import { lookBesideSnapshot } from './beside-snapshot.ts';
import { encodeInfoOf } from './encode-info-of.ts';
import { checkInput, checkScratchRoot, examineDump } from './examine-dump.ts';
import { removeOldReport } from './old-report.ts';
import { isPreviousToo } from './previous-pair.ts';
import type { Published, PublishFacts, PublishRequest, PublishResult, Rejected } from './publish-request.ts';
import { rejectSnapshot } from './reject.ts';

/**
 * Encodes a dump tree with a manifest to a snapshot file with a sidecar; both appear complete or not at all.
 * docs/format/08-cli.md, sections 3 to 5.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any error an older output is as it
 * was. A mismatch of the self-test is a result.
 */
export function publishSnapshot(request: PublishRequest, options: RunOptions = {}): PublishResult {
  return publishWith(request, options, () => {});
}

/** As {@link publishSnapshot}, with a hook that a test needs to prove the promise of the self-test. */
export function publishWith(
  request: PublishRequest,
  options: RunOptions,
  beforeSelfTest: BeforeSelfTest,
): PublishResult {
  checkInput(request);
  if (request.output === '') throw new UsageError('--output is required: name the snapshot file to make');
  refuseStandardStream(request.output, '--output', 'the snapshot file to make');
  const place = outputPathsOf(request.output);
  refuseOutputInside(request.input, request.output);
  if (isFileName(request.output)) removeOldReport(place.report);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  let input: DumpInput | undefined;
  try {
    const isArchive = isArchiveInput(request.input);
    // Before a long read; of a folder the manifest is looked at first.
    if (isArchive) checkPlace(place, request, run);
    input = openDumpInput(request.input, scratch, run.progress, run.workers);
    return publishFrom(input, { place, request, run, scratch, isPlaceChecked: isArchive }, beforeSelfTest);
  } finally {
    input?.close();
    scratch.remove();
  }
}

/** What is known before the tree is open. */
interface OpenedRequest {
  readonly place: OutputPaths;
  readonly request: PublishRequest;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly isPlaceChecked: boolean;
}

function publishFrom(input: DumpInput, opened: OpenedRequest, beforeSelfTest: BeforeSelfTest): PublishResult {
  const { place, request, run, scratch, isPlaceChecked } = opened;
  const { manifest, encode } = examineDump(request, input, run);
  if (!isPlaceChecked) checkPlace(place, request, run);
  const seen = identityAt(place.output);
  return publish({ place, request, encode, manifest, run, scratch, input, seen }, beforeSelfTest);
}

/** Throws UsageError, EnvironmentError. */
function checkPlace(place: OutputPaths, request: PublishRequest, run: Run): void {
  // First, because what a killed run left may be what is in the way.
  if (isFileName(request.output)) {
    lookBesideSnapshot(place, request, run);
    reportPrevious(previousBeside(place.output), request, run);
  }
  checkOutput(place, isPreviousToo);
  checkPublishLock(place.output);
  checkScratchRoot(request);
}

/** A request of which everything was checked that can be checked before the tree is read. */
interface CheckedRequest {
  readonly place: OutputPaths;
  readonly request: PublishRequest;
  readonly encode: EncodeRequest;
  readonly manifest: Manifest;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly input: DumpInput;
  /** What stood at the output then; see identityAt. */
  readonly seen: string | undefined;
}

/** From the temporary file to the published pair; docs/format/08-cli.md, section 4. */
function publish(checked: CheckedRequest, beforeSelfTest: BeforeSelfTest): PublishResult {
  const { place, encode, run, scratch, input } = checked;
  const parent = new ParentFolder(dirname(place.output));
  let file: FileSink | undefined;
  try {
    writeOwner(place.output, run.runId);
    file = new FileSink(temporaryPath(place.output, run.runId), place.output);
    file.hold();
    const tested = writeTested(encode, file, run, scratch, beforeSelfTest, input);
    run.progress.begin('publishing');
    return tested.mismatch === undefined
      ? published(checked, tested, file)
      : rejected(checked, tested, tested.mismatch, file);
  } catch (error) {
    throw parent.explained(isRefusal(error) ? environmentError(error, 'publish', place.output) : error);
  } finally {
    scratch.remove();
    file?.release();
    removeTemporariesQuietly(place, run.runId);
  }
}

/** Whether an error is the machine's word, and not a defect. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && machineReason(String(error.code)) !== undefined;
}

function published(checked: CheckedRequest, tested: TestedSnapshot, file: FileSink): Published {
  const { place, request, encode, manifest, run, seen } = checked;
  const info = encodeInfoOf(request, encode, manifest, tested);
  let there: string | undefined;
  const replaced = acceptSnapshot({ place, runId: run.runId, file, info }, () => {
    checkOutput(place, isPreviousToo);
    there = identityAt(place.output);
    run.gate.pass();
  });
  if (there !== undefined && there !== seen) warnOfReplacedRun(place.output, run.warn);
  warnOfPartialSnapshot(request.adapters, filtersOfSnapshot(encode, encode.filters), run.warn);
  return {
    outcome: 'published',
    selfTest: request.selfTest ? 'passed' : 'not run',
    replaced,
    previous: previousThere(place),
    isPartial: manifest.ekv?.partial !== undefined,
    mode: file.mode,
    ...factsOf(checked, tested),
  };
}

function rejected(
  checked: CheckedRequest,
  tested: TestedSnapshot,
  mismatch: SelfTestMismatch,
  file: FileSink,
): Rejected {
  const { place, request, encode, manifest, run } = checked;
  // On a full disk its room is what the report needs.
  file.release();
  rmSync(file.path, { force: true });
  const freed = rejectSnapshot(place, encodeInfoOf(request, encode, manifest, tested), mismatch.report, run);
  const earlierPrevious = freed.previous === undefined ? previousThere(place) : undefined;
  return {
    outcome: 'mismatch',
    report: place.report,
    mismatch,
    ...freed,
    earlierPrevious,
    ...factsOf(checked, tested),
  };
}

function previousThere({ output }: OutputPaths): string | undefined {
  const path = previousOf(output).output;
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined;
}

function factsOf(
  { place, encode, run }: CheckedRequest,
  { entries, bytes, sha256, rows }: TestedSnapshot,
): PublishFacts {
  const { output, sidecar } = place;
  const { input, lastCommitTs } = encode;
  return { input, output, sidecar, lastCommitTs, entries, bytes, sha256, rows, warnings: run.warnings };
}
