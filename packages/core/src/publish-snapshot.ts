import { accessSync, constants, statSync } from 'node:fs';
import { hiddenRuns } from '@ekv/dump-tree';
import { type AdapterName, lastCommitTs, type Manifest } from '@ekv/manifest';
import { DataError, environmentError, UsageError } from '@ekv/snapshot';
import { removeLeftovers, reportRuns, warnOfOpenFolder } from './beside-output.ts';
import { type BeforeSelfTest, checkEncodable, type EncodeRequest } from './encode-snapshot.ts';
import { checkSelection, openManifest } from './manifest-input.ts';
import { refuseStandardStream } from './output-kind.ts';
import {
  checkOutputPlace,
  isFileName,
  isOwnerOf,
  type OutputPlace,
  outputPlaceOf,
  refuseOutputInside,
  removeOldReport,
  temporariesBeside,
} from './output-place.ts';
import { Publication } from './publication.ts';
import { removeEncodeTemporaries } from './remove-temporaries.ts';
import { Run, type RunOptions } from './run.ts';
import type { SelfTestMismatch } from './self-test.ts';

export interface PublishRequest
  extends Omit<EncodeRequest, 'lastCommitTs' | 'manifestLastCommitTs' | 'guards' | 'allowMissingManifest' | 'shiftMs'> {
  /** Path of the snapshot file. */
  readonly output: string;
  /** Replaces the manifest's timestamp; not below it. */
  readonly lastCommitTs?: bigint;
  /** Moves all absolute times of expiries and messages so that the moment of the snapshot becomes now. */
  readonly shiftTimes?: boolean;
  /** Removes what killed runs with this output have left whose processes are proven to be gone. */
  readonly removeLeftovers?: boolean;
  /** Version of the tool, for the sidecar. */
  readonly toolVersion: string;
}

interface PublishFacts {
  readonly input: string;
  readonly output: string;
  readonly sidecar: string;
  readonly lastCommitTs: bigint;
  readonly entries: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: ReadonlyMap<AdapterName, number>;
  readonly warnings: number;
}

/** The snapshot and its sidecar are in place. */
export interface Published extends PublishFacts {
  readonly outcome: 'published';
  readonly selfTest: 'passed' | 'not run';
  /** Whether an older snapshot, or a link, stood at the output. */
  readonly replaced: boolean;
  /** The snapshot that an earlier self-test which failed moved out of the way; it is left alone. */
  readonly previous: string | undefined;
  /** Of the snapshot, as the file system has it: 0600 where that has modes. */
  readonly mode: number;
}

/** The self-test failed: no snapshot is at the output any more. */
export interface Rejected extends PublishFacts {
  readonly outcome: 'mismatch';
  readonly report: string;
  /** Where the older snapshot is now that stood at the output. */
  readonly previous: string | undefined;
  /** Whether a link at the output was removed. */
  readonly isLinkRemoved: boolean;
  readonly mismatch: SelfTestMismatch;
}

export type PublishResult = Published | Rejected;

/** A timestamp further ahead than this is almost surely a typing error, ms. */
const FAR_AHEAD_MS = 24 * 60 * 60 * 1000;
/** Bits of a commit timestamp below the Unix milliseconds. */
const COUNTER_BITS = 16n;

/**
 * Encodes a dump tree with a manifest to a snapshot file with a sidecar; both appear complete or not at all.
 * docs/format/08-cli.md, sections 3 to 5.
 *
 * Throws UsageError and EnvironmentError (exit code 1), DataError (exit code 2). After any error an older output is as it
 * was. A mismatch of the self-test is a result.
 */
export function publishSnapshot(
  request: PublishRequest,
  options: RunOptions = {},
  beforeSelfTest: BeforeSelfTest = () => {},
): PublishResult {
  if (request.input === '') throw new UsageError('--input is required: name the root of a dump tree');
  if (request.output === '') throw new UsageError('--output is required: name the snapshot file to make');
  if (request.adapters.length === 0) {
    throw new UsageError('no adapter is selected; the snapshot would be valid and empty');
  }
  refuseStandardStream(request.input, '--input', 'the root folder of a dump tree');
  refuseStandardStream(request.output, '--output', 'the snapshot file to make');
  const place = outputPlaceOf(request.output);
  refuseOutputInside(request.input, request.output);
  if (isFileName(request.output)) removeOldReport(place.report);
  const run = new Run(options);
  const manifest = openManifest(request.input, run.warn);
  checkSelection(request.adapters, manifest);
  warnOfPartialDump(manifest, run);
  const encode = encodeRequestOf(request, manifest);
  checkEncodable(encode, run);
  warnOfFarTimestamp(request, run);
  warnOfNoTimestamp(encode.lastCommitTs, run);
  checkOutputPlace(place);
  if (request.selfTest && request.scratchRoot) checkScratchRoot(request.scratchRoot);
  lookBeside(place, request, run);
  return new Publication({ place, request, encode, manifest, run }).publish(beforeSelfTest);
}

function encodeRequestOf(request: PublishRequest, manifest: Manifest): EncodeRequest {
  const bound = lastCommitTs(manifest);
  return {
    ...request,
    lastCommitTs: request.lastCommitTs ?? bound,
    manifestLastCommitTs: bound,
    guards: { ...manifest.exclusions, dynamodb_layout: manifest.dynamodb_layout },
    ...(request.shiftTimes ? { shiftMs: sinceTaken(bound) } : {}),
  };
}

/** Commit timestamps run ahead of the wall clock by that much, ms; docs/format/01-snapshot.md, section 9. */
const AHEAD_MS = 9000n;

/** Time since the snapshot was taken that a tree was decoded from, ms. Throws DataError when nothing tells it. */
function sinceTaken(lastCommitTs: bigint): bigint {
  if (lastCommitTs === 0n) {
    throw new DataError(
      '--shift-times: the manifest has no last_commit_ts, so nothing tells when the data was taken; give it one',
    );
  }
  return BigInt(Date.now()) - ((lastCommitTs >> COUNTER_BITS) - AHEAD_MS);
}

/** A tree that was salvaged is not all that the snapshot held. */
function warnOfPartialDump({ ekv }: Manifest, run: Run): void {
  if (ekv?.partial === undefined) return;
  run.warn({
    event: 'partial_dump',
    message:
      'the tree was salvaged from a damaged snapshot and is not complete, as its manifest says: restoring it loses what was lost then',
    fields: ekv.partial,
    doubt: true,
  });
}

function warnOfFarTimestamp(request: PublishRequest, run: Run): void {
  if (request.lastCommitTs === undefined) return;
  const ms = request.lastCommitTs >> COUNTER_BITS;
  if (ms <= BigInt(Date.now() + FAR_AHEAD_MS)) return;
  run.warn({
    event: 'timestamp_far_ahead',
    message: '--last-commit-ts is more than a day ahead of the clock: a restored cluster would run that far ahead',
    fields: { last_commit_ts: request.lastCommitTs },
  });
}

function warnOfNoTimestamp(lastCommitTs: bigint, run: Run): void {
  if (lastCommitTs !== 0n) return;
  run.warn({
    event: 'timestamp_zero',
    message:
      'the manifest has no last_commit_ts, so all rows get the timestamp 0; for a tree that was made by hand give one with --last-commit-ts',
    fields: {},
  });
}

function lookBeside(place: OutputPlace, request: PublishRequest, run: Run): void {
  const { output, scratchRoot } = request;
  const runs = hiddenRuns(temporariesBeside(place), isOwnerOf(place));
  const remove = (runId: string) => removeEncodeTemporaries({ output, runId, scratchRoot });
  reportRuns(request.removeLeftovers ? removeLeftovers(runs, remove, run) : runs, run);
  warnOfOpenFolder(output, run);
}

function checkScratchRoot(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`the scratch root ${path} does not exist`);
  if (!stat.isDirectory()) throw new UsageError(`the scratch root ${path} is not a folder`);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw environmentError(error, 'write to the scratch root', path);
  }
}
