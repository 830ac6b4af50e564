import { closeSync, openSync } from 'node:fs';
import type { Adapter } from '@ekv/adapter';
import type { TreeSink } from '@ekv/dump-tree';
import type { AdapterName, LostCounts } from '@ekv/manifest';
import {
  type CheckedSnapshot,
  Damage,
  environmentError,
  openSnapshot,
  ScratchFolder,
  type Snapshot,
} from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { ADAPTERS } from '../adapters/adapters.ts';
import { countingSink } from '../adapters/counting-sink.ts';
import { decodeAdapter, workOf } from '../adapters/decode-adapter.ts';
import { refuseInputInside } from '../files/inside.ts';
import { snapshotIndexOf, unpackedName } from '../node-folder/snapshot-index.ts';
import { snapshotTime } from '../node-folder/snapshot-time.ts';
import { warnOfReplacedRun } from '../output/beside-output.ts';
import type { Progress } from '../run/progress.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { lookBeside } from './beside-decode.ts';
import { namingSalvage } from './damage-hint.ts';
import { countsOf } from './decode-counts.ts';
import { checkedAdapters, type DecodeRequest, type DecodeResult, type OpenedSnapshot } from './decode-request.ts';
import { warnOfSnapshot } from './decode-warnings.ts';
import { type DecodedFile, decodedManifest } from './decoded-manifest.ts';
import { DiscardingSink } from './discarding-sink.ts';
import { dumpFormatOf } from './dump-format.ts';
import { lostBefore } from './incomplete-source.ts';
import { DataCheck } from './missing-data.ts';
import { packedInput } from './packed-input.ts';
import { warnOfRoom } from './room.ts';
import { KNOWN_FAMILIES } from './row-classes.ts';
import { type StagedDump, stageDump } from './staged-dump.ts';
import { toldDigest } from './told-digest.ts';
import { unchangedInput } from './unchanged-input.ts';
import { warnOfWholeness } from './wholeness.ts';

/**
 * Decodes a snapshot file to a dump tree, which appears at its place as a whole or not at all.
 *
 * Throws UsageError for the request, EnvironmentError when the machine refuses, DataError for the snapshot
 * (SnapshotFormatError with offset, ordinal and key), StrictError.
 */
export function decodeSnapshot(request: DecodeRequest, options: RunOptions = {}): DecodeResult {
  return decodeOpened(request, options, {});
}

/** As {@link decodeSnapshot}, of a file that may be open already; `input` is its path. */
export function decodeOpened(request: DecodeRequest, options: RunOptions, opened: OpenedSnapshot): DecodeResult {
  if (request.check) return checkOpened(request, options, opened);
  return withJob(request, options, opened, (job) => {
    let tree: StagedDump | undefined;
    const { run, scratch } = job;
    const madeAtMs = Date.now();
    try {
      if (request.force && request.input !== '-') refuseInputInside(request.input, request.output);
      if (request.output !== '-') lookBeside(request, run);
      tree = stageDump(request, { scratch, runId: run.runId, madeAtMs });
      return publishDecoded(tree, job, madeAtMs);
    } finally {
      tree?.abandon();
    }
  });
}

function checkOpened(request: DecodeRequest, options: RunOptions, opened: OpenedSnapshot): DecodeResult {
  return withJob(request, options, opened, (job) => {
    const sink = new DiscardingSink();
    return resultOf(job, decodeInto(sink, job), sink);
  });
}

/**
 * As {@link decodeOpened}, but nothing is written: only what would stop the decode is thrown, and warnings are given.
 *
 * @returns how many.
 */
export function rehearseDecode(request: DecodeRequest, options: RunOptions, opened: OpenedSnapshot): number {
  return withJob(request, options, opened, (job) => {
    decodeInto(new DiscardingSink(), job);
    return job.run.warnings;
  });
}

function withJob<T>(
  request: DecodeRequest,
  options: RunOptions,
  opened: OpenedSnapshot,
  work: (job: DecodeJob) => T,
): T {
  const selected = checkedAdapters(request);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  try {
    return work({ request, selected, run, scratch, opened });
  } finally {
    scratch.remove();
  }
}

interface DecodeJob {
  readonly request: DecodeRequest;
  readonly selected: readonly Adapter[];
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly opened: OpenedSnapshot;
  /** Is called when the snapshot was checked, before the first file. */
  readonly begin?: (checked: DecodedFile) => void;
}

/** A sink that says how many files it was given. */
type CountedSink = TreeSink & { readonly files: number };

function publishDecoded(tree: StagedDump, job: DecodeJob, madeAtMs: number): DecodeResult {
  const { request, run } = job;
  const begin = (checked: DecodedFile) => tree.begin?.(decodedManifest(request, checked, madeAtMs));
  // What a salvage leaves out is known in the end.
  const decoded = decodeInto(tree, request.salvage ? job : { ...job, begin });
  run.progress.begin('publishing');
  tree.publish(decodedManifest(request, decoded, tree.begin === undefined ? Date.now() : madeAtMs));
  if (tree.leftover !== undefined) warnOfLeftover(tree.leftover, run);
  if (tree.replacedOther) warnOfReplacedRun(request.output, run.warn);
  return resultOf(job, decoded, tree);
}

/** @param written what the sink of the decode has counted. */
function resultOf(
  { request, run, selected }: DecodeJob,
  { summary, partial, lostBefore }: DecodedFile,
  { files, bytes }: { readonly files: number; readonly bytes: number },
): DecodeResult {
  return {
    outcome: request.check ? 'checked' : 'decoded',
    input: request.input,
    output: request.output,
    lastCommitTs: summary.lastCommitTs,
    snapshotIndex: snapshotIndexOf(request.input),
    ...snapshotTime(summary),
    counts: countsOf(summary, selected),
    footer: summary.footer,
    files,
    bytes,
    warnings: run.warnings,
    partial,
    lostBefore,
  };
}

/** All of a decode but its publication. */
function decodeInto(sink: CountedSink, job: DecodeJob): DecodedFile {
  const { request, opened } = job;
  const fd = opened.fd ?? openInput(request.input);
  try {
    return decodeFile(fd, sink, job);
  } finally {
    if (opened.fd === undefined && fd !== STANDARD_INPUT) closeSync(fd);
  }
}

function decodeFile(fd: number, sink: CountedSink, job: DecodeJob): DecodedFile {
  const { request, run, scratch } = job;
  const data = new DataCheck(request, run.warn);
  const told = toldDigest(unpackedName(request.input), run.warn);
  const damage = request.salvage ? new Damage() : undefined;
  const stream = packedInput(fd, request.input);
  const snapshot = openSnapshot(request.input, { scratch, fd, damage, stream });
  try {
    const refuseChanged = unchangedInput(fd, snapshot.path);
    let lost: LostCounts | undefined;
    const summary = namingSalvage(damage, () => {
      const source = checkSnapshot(snapshot, run.progress, { sha256: told !== undefined });
      job.opened.examine?.(source.summary, damage);
      const counts = countsOf(source.summary, job.selected);
      data.rows(new Map(job.selected.map(({ name }) => [name, counts[name]])));
      warnOfWholeness(source.summary, told, source.path, run.warn);
      lost = lostBefore(source.summary, told, source.path, run.warn);
      warnOfSnapshot(source.summary, run.warn);
      // Of which rows the bytes are is not known.
      if (job.selected.length === ADAPTERS.length && hasRoomToFill(request))
        warnOfRoom(request.output, run.progress.bytes, run.warn);
      job.begin?.({ summary: source.summary, partial: undefined, lostBefore: lost });
      data.files(decodeAdapters(source, sink, job));
      return source.summary;
    });
    damage?.report(run.warn);
    refuseChanged();
    if (request.strict) run.refuseLossAndDoubt();
    return { summary, partial: damage?.counts(), lostBefore: lost };
  } finally {
    snapshot.close();
    stream?.close();
  }
}

/** What is compressed takes less than is known here. */
function hasRoomToFill(request: DecodeRequest): boolean {
  return !request.check && request.output !== '-' && dumpFormatOf(request) !== 'tar.zst';
}

const STANDARD_INPUT = 0;

function openInput(path: string): number {
  if (path === '-') return STANDARD_INPUT;
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw environmentError(error, 'read', path);
  }
}

/** Reads the whole snapshot once. */
function checkSnapshot(snapshot: Snapshot, progress: Progress, { sha256 }: { sha256: boolean }): CheckedSnapshot {
  progress.begin('checking the snapshot', snapshot.size);
  return snapshot.check({
    families: KNOWN_FAMILIES,
    bodies: 'passed over',
    sha256,
    onRow: (_, keyStart, keyEnd, valueStart, valueEnd) => {
      progress.count(keyEnd - keyStart + valueEnd - valueStart);
      progress.reach(snapshot.checkedBytes);
    },
  });
}

/** @returns how many files each adapter wrote. */
function decodeAdapters(source: CheckedSnapshot, counted: CountedSink, job: DecodeJob): Map<AdapterName, number> {
  const { selected, run, scratch } = job;
  const sink = countingSink(counted, run.progress);
  const { exclusions } = job.request;
  const files = new Map<AdapterName, number>();
  source.countRowsIn(run.progress.doneCell);
  for (const adapter of selected) {
    run.progress.begin(adapter.name, workOf(source, adapter));
    const before = counted.files;
    decodeAdapter(adapter, source, sink, { warn: run.warn, scratch, exclusions, shiftMs: 0n });
    files.set(adapter.name, counted.files - before);
  }
  return files;
}

function warnOfLeftover(path: string, run: Run): void {
  run.warn({
    event: 'leftovers',
    message: `the earlier dump was replaced, but ${path}, what is left of it, could not be removed; look at what is in it, and remove it`,
    fields: { count: 1 },
  });
}
