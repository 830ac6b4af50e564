import { closeSync } from 'node:fs';
import {
  type AdapterName,
  adapterInManifest,
  encodeInfoBytes,
  extensionOf,
  type Filters,
  type Manifest,
} from '@ekv/manifest';
import {
  type ByteSink,
  type CheckedSnapshot,
  type CopiedSnapshot,
  copySnapshot,
  DataError,
  type EntryReader,
  openSnapshot,
  openUnlinked,
  ScratchFolder,
  UsageError,
  type Warn,
} from '@ekv/snapshot';
import {
  acceptSnapshot,
  checkOutput,
  checkPublishLock,
  encodeInfoWithoutTree,
  FileSink,
  lookThrough,
  type OutputPaths,
  outputPathsOf,
  removeTemporariesQuietly,
  scratchName,
  temporaryPath,
  writeAndClose,
  writeOwner,
} from '@ekv/snapshot/publish';
import { checkGuards } from '../adapters/guards.ts';
import { CheckedInput } from '../decode/checked-input.ts';
import { decodeOpened } from '../decode/decode-snapshot.ts';
import { KNOWN_FAMILIES } from '../decode/row-classes.ts';
import { openDumpInput } from '../files/dump-input.ts';
import { refuseInputInside, refuseOutputInside } from '../files/inside.ts';
import { guardFieldsOf } from '../files/manifest-input.ts';
import { refuseStandardStream } from '../output/standard-stream.ts';
import { ADAPTER_NAMES } from '../run/adapter-list.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { Selection } from '../selection/selection.ts';
import { tellOfUnmatched } from '../selection/unmatched.ts';
import { encodedRows, scratchSink } from '../sources/dump-rows.ts';
import { inputKindOf } from '../sources/input-kind.ts';
import type { ForgetRequest, ForgetResult, TellForgotten } from './forget-request.ts';
import { ForgottenKeys } from './forgotten-keys.ts';
import type { UnreadKeys } from './unread-keys.ts';

/**
 * Takes keys, items, objects and messages out of a snapshot or a dump, with all of their versions and everything derived from them; what is made holds
 * no byte of them. The input stays as it is: whoever wants to forget removes it. docs/forget.md.
 *
 * Throws UsageError for the request, or when nothing matches; EnvironmentError; DataError for the input: SnapshotFormatError also for encrypted
 * entries, GuardError for a dump that holds what encode cannot restore.
 *
 * @param tell is called for each unit and scope that goes, before anything is written.
 */
export function forget(request: ForgetRequest, options: RunOptions = {}, tell: TellForgotten = () => {}): ForgetResult {
  const selection = checkedSelection(request);
  const kind = inputKindOf(request.input);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  const walked: ForgottenKeys[] = [];
  const job = { request, selection, run, scratch, tell, walked };
  try {
    switch (kind) {
      case 'snapshot':
        return { kind, ...forgetInSnapshot(job) };
      case 'node folder':
        throw new UsageError(
          `${request.input} has no MANIFEST.json, so it is no dump; of the folder of a node, whose files are its own, name one snapshot, and give the node the file that is made with ekv restore prepare`,
        );
      default:
        return { kind, ...forgetInDump(job) };
    }
  } finally {
    for (const keys of walked) keys.close();
    scratch.remove();
  }
}

interface ForgetJob {
  readonly request: ForgetRequest;
  readonly selection: Selection;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly tell: TellForgotten;
  /** To be closed. */
  readonly walked: ForgottenKeys[];
}

type Outcome = Omit<ForgetResult, 'kind'>;

/** Throws UsageError. */
function checkedSelection({ input, output, selection, check }: ForgetRequest): Selection {
  if (input === '') throw new UsageError('the input is missing: name a snapshot file or a dump');
  refuseStandardStream(input, '--input', 'the snapshot file or the dump');
  const { match = [], scopes = [], expired } = selection;
  if (match.length + scopes.length === 0)
    throw new UsageError(
      "say what is to be forgotten with --match, as --match 'redis/user:42*', or --scope, as --scope dynamodb=orders",
    );
  if (expired !== undefined)
    throw new UsageError('--expired has no meaning here: what is named is forgotten, expired or not');
  if (check) {
    if (output !== '') throw new UsageError('--check writes nothing: leave --output out, or forget without --check');
    return new Selection(selection);
  }
  if (output === '') throw new UsageError('--output is required: name the snapshot file or the dump to make');
  refuseStandardStream(output, '--output', 'the snapshot file or the dump to make');
  if (lookThrough(output) !== undefined) throw isThere(output);
  return new Selection(selection);
}

function forgetInSnapshot(job: ForgetJob): Outcome {
  const { request, run, scratch } = job;
  const place = request.check ? undefined : outputPathsOf(request.output);
  if (place !== undefined) {
    refuseExisting(place);
    checkPublishLock(place.output);
  }
  const input = new CheckedInput({ path: request.input }, { run, scratch, damage: undefined });
  try {
    const source = input.check();
    warnOfFilters(input.filters, job);
    warnOfRanges(input.part !== undefined, job);
    const keys = findForgotten(source, job);
    const write = (sink: ByteSink) => copyWithout(source, keys, sink, run);
    if (place === undefined) return outcomeOf(job, keys, { entries: entriesLeft(source, keys, run) });
    writeOwner(place.output, run.runId);
    const file = new FileSink(temporaryPath(place.output, run.runId), place.output);
    try {
      file.hold();
      const copied = writeAndClose(file, () => write(file));
      refuseRest(file.path, job);
      input.refuseChanged();
      run.progress.begin('publishing');
      const { sha256 } = copied;
      const { lastCommitTs } = source;
      const made = { output: request.output, sha256, lastCommitTs, writtenBy: request.toolVersion };
      const info = encodeInfoBytes({ ...encodeInfoWithoutTree(made), ...extensionOf({ partial: input.lost }) });
      acceptSnapshot({ place, runId: run.runId, file, info }, () => {
        refuseExisting(place);
        run.gate.pass();
      });
      return outcomeOf(job, keys, copied);
    } finally {
      file.release();
      removeTemporariesQuietly(place, run.runId);
    }
  } finally {
    input.close();
  }
}

/** The rows that encode makes of the dump go through the same as a snapshot, and are decoded again. */
function forgetInDump(job: ForgetJob): Outcome {
  const { request, run, scratch } = job;
  if (!request.check) {
    refuseOutputInside(request.input, request.output);
    refuseInputInside(request.input, request.output);
  }
  const input = openDumpInput(request.input, scratch, run.progress, run.workers);
  try {
    const manifest = input.manifest(run.warn);
    const adapters = ADAPTER_NAMES.filter((name) => adapterInManifest(manifest, name));
    refuseRestOfDump(manifest, adapters, job);
    warnOfFilters(manifest.ekv?.filter ?? [], job);
    warnOfRanges(manifest.ekv?.routes !== undefined, job);
    const wholeState = manifest.ekv?.whole_state ?? false;
    const rows = encodedRows(input, { path: request.input, manifest, adapters, wholeState }, run, scratch);
    try {
      const keys = findForgotten(rows.source, job);
      if (request.check) return outcomeOf(job, keys, { entries: entriesLeft(rows.source, keys, run) });
      return decodedRest(rows.source, keys, { manifest, adapters }, job);
    } finally {
      rows.close();
    }
  } finally {
    input.close();
  }
}

/** Who looks at a part should not take it for all. */
function warnOfFilters(filters: Filters, { request, run }: ForgetJob): void {
  if (filters.length === 0) return;
  run.warn({
    event: 'filter_not_kept',
    message: `${request.input} holds what selections took, as is said with it; that is not said of what is made, for the words may be what is forgotten`,
    fields: { count: filters.length },
  });
}

/** Bounds of ranges are keys, too. */
function warnOfRanges(areSaid: boolean, { request, run }: ForgetJob): void {
  if (!areSaid) return;
  run.warn({
    event: 'ranges_not_kept',
    message: `by which ranges of keys the cluster of ${request.input} was divided is said with it; that is not said of what is made, for the bounds may be what is forgotten: give the ranges yourself where they are needed`,
    fields: { count: 1 },
  });
}

interface KnownDump {
  readonly manifest: Manifest;
  readonly adapters: readonly AdapterName[];
}

/** Throws GuardError: nothing but what was named may be missing afterwards. */
function refuseRestOfDump(manifest: Manifest, adapters: readonly AdapterName[], { run }: ForgetJob): void {
  checkGuards(guardFieldsOf(manifest), adapters, false, run.warn);
}

function decodedRest(
  source: CheckedSnapshot,
  keys: ForgottenKeys,
  { manifest, adapters }: KnownDump,
  job: ForgetJob,
): Outcome {
  const { request, run, scratch } = job;
  const file = openUnlinked(scratch, 'kept');
  try {
    const copied = copyWithout(source, keys, scratchSink(file), run);
    const { dynamodb_layout, ekv, exclusions, cluster_id } = manifest;
    const decoded = decodeOpened(
      {
        // The path of the dump may hold what is forgotten.
        input: '-',
        output: request.output,
        format: request.format,
        adapters,
        exclusions,
        wholeState: ekv?.whole_state ?? false,
        dynamodbLayout: dynamodb_layout === 'jsonl' ? 'jsonl' : 'per-item',
        ...(dynamodb_layout === 'jsonl' &&
          ekv?.dynamodb_jsonl !== undefined && { dynamodbPartBytes: Number(ekv.dynamodb_jsonl.part_bytes) }),
        clusterId: cluster_id,
        toolVersion: request.toolVersion,
        scratchRoot: request.scratchRoot,
      },
      optionsOf(run),
      { fd: file.fd, lost: ekv?.partial },
    );
    return outcomeOf(job, keys, { entries: copied.entries, bytes: decoded.bytes });
  } finally {
    closeSync(file.fd);
  }
}

/** The decode is a part of this run: its temporary files have the same name. */
function optionsOf({ runId, warn, progress, gate, workers }: Run): RunOptions {
  return { runId, warn, progress, gate, workers };
}

function findForgotten(source: CheckedSnapshot, job: ForgetJob): ForgottenKeys {
  const { request, selection, run, scratch, tell } = job;
  run.progress.begin('looking for what is forgotten', source.summary.entries);
  const keys = ForgottenKeys.find(source, selection, scratch, (bytes) => {
    run.progress.count(bytes);
    run.progress.advance(1);
  });
  job.walked.push(keys);
  tellOfUnmatched(selection, { hasUnits: keys.hasAny, known: keys.known, place: request.input }, run.warn);
  warnOfUnread(keys.unread, run.warn);
  for (const owner of keys.owners()) tell(owner);
  return keys;
}

function warnOfUnread({ unknown, malformed }: UnreadKeys, warn: Warn): void {
  if (unknown + malformed === 0) return;
  const kinds = [
    ...(unknown > 0 ? [`${unknown} keys are of no known kind`] : []),
    ...(malformed > 0 ? [`${malformed} keys break the format of their kind`] : []),
  ];
  warn({
    event: 'forget_unknown_rows',
    message: `${kinds.join(', ')}: they stay as they are, and what they hold is not known`,
    fields: { count: unknown + malformed, unknown, malformed },
    doubt: true,
  });
}

function copyWithout(source: CheckedSnapshot, keys: ForgottenKeys, sink: ByteSink, { progress }: Run): CopiedSnapshot {
  progress.begin('writing the snapshot', source.summary.entries);
  const walk = keys.walk();
  return copySnapshot(source, sink, (entry: EntryReader) => {
    progress.advance(1);
    return walk.goes(entry);
  });
}

/** How many a copy would have. */
function entriesLeft(source: CheckedSnapshot, keys: ForgottenKeys, { progress }: Run): number {
  progress.begin('counting all versions', source.summary.entries);
  const walk = keys.walk();
  let left = 0;
  for (const entries = source.entries({ bodies: 'passed over' }); entries.next(); progress.advance(1))
    if (!walk.goes(entries)) left++;
  return left;
}

/** Looks into what was written before it is shown. Throws DataError. */
function refuseRest(path: string, { request, selection, run, scratch, walked }: ForgetJob): void {
  run.progress.begin('self-test: rows');
  const snapshot = openSnapshot(path, { scratch });
  try {
    const source = snapshot.check({ families: KNOWN_FAMILIES });
    const left = ForgottenKeys.find(source, selection, scratch, () => run.progress.advance(1));
    walked.push(left);
    if (!left.hasAny && left.contents === 0) return;
    throw new DataError(
      `${request.output}: some of what was to be forgotten was still in the new snapshot, so it was not published; this is a defect of ekv`,
    );
  } finally {
    snapshot.close();
  }
}

/** Throws UsageError. */
function refuseExisting(place: OutputPaths): void {
  checkOutput(place);
  for (const path of [place.output, place.sidecar]) if (lookThrough(path) !== undefined) throw isThere(path);
}

function isThere(path: string): UsageError {
  return new UsageError(`the output ${path} exists, and nothing is replaced here; name another one`);
}

/** What stays, and what was made of it. */
type Kept = Pick<ForgetResult, 'entries'> & Partial<Pick<ForgetResult, 'bytes' | 'sha256'>>;

function outcomeOf({ request, run }: ForgetJob, keys: ForgottenKeys, kept: Kept): Outcome {
  const { check = false, input, output } = request;
  const { entries, bytes = 0, sha256 } = kept;
  return {
    outcome: check ? 'checked' : 'forgotten',
    input,
    output,
    forgotten: keys.sums,
    contents: keys.contents,
    entries,
    bytes,
    sha256,
    warnings: run.warnings,
  };
}
