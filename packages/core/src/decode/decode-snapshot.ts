import { closeSync, openSync } from 'node:fs';
import type { Adapter } from '@ekv/adapter';
import { StagedTree, type TreeSink } from '@ekv/dump-tree';
import {
  type AdapterName,
  type DynamodbLayout,
  type Exclusions,
  manifestBytes,
  newManifest,
  wallTimeIso,
} from '@ekv/manifest';
import {
  Damage,
  environmentError,
  openSnapshot,
  ScratchFolder,
  type Snapshot,
  type SnapshotSummary,
  UsageError,
} from '@ekv/snapshot';
import { ADAPTERS, selectedAdapters } from '../adapters/adapters.ts';
import { countingSink } from '../adapters/counting-sink.ts';
import { decodeAdapter, workOf } from '../adapters/decode-adapter.ts';
import { refuseInputInside } from '../files/inside.ts';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import { type SnapshotTime, snapshotTime } from '../node-folder/snapshot-time.ts';
import { refuseStandardStream } from '../output/output-kind.ts';
import type { Progress } from '../run/progress.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { scratchName } from '../run/temporary-names.ts';
import { lookBeside } from './beside-decode.ts';
import { countsOf, type DecodeCounts } from './decode-counts.ts';
import { warnOfSnapshot } from './decode-warnings.ts';
import { DiscardingSink } from './discarding-sink.ts';
import { DataCheck, type ExpectedData } from './missing-data.ts';
import { warnOfRoom } from './room.ts';
import { KNOWN_FAMILIES } from './row-classes.ts';
import { namingSalvage } from './salvage-hint.ts';
import { toldDigest } from './told-digest.ts';
import { unchangedInput } from './unchanged-input.ts';
import { warnOfWholeness } from './wholeness.ts';

/** What is decoded, and how. */
export interface DecodeRequest extends ExpectedData {
  /** Path of the snapshot file, or `-` for standard input. */
  readonly input: string;
  /** Root of the tree that is made. It must not exist, or be an empty folder. */
  readonly output: string;
  readonly adapters: readonly AdapterName[];
  readonly exclusions: Exclusions;
  readonly dynamodbLayout?: DynamodbLayout;
  readonly clusterId?: string;
  /** Version of the tool, for the manifest. */
  readonly toolVersion: string;
  /** Replaces an earlier dump at `output`. */
  readonly force?: boolean;
  /** Removes what killed runs with this output have left whose processes are proven to be gone. */
  readonly removeLeftovers?: boolean;
  /** Refuses to leave user data out, and a snapshot that something beside it contradicts, or without any data. */
  readonly strict?: boolean;
  /** Leaves out what is damaged, and counts it, instead of refusing the file. */
  readonly salvage?: boolean;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string;
}

/** What became of it. */
export interface DecodeResult extends SnapshotTime {
  readonly input: string;
  readonly output: string;
  readonly lastCommitTs: bigint;
  /** 0 when the name of the input tells none. */
  readonly snapshotIndex: bigint;
  readonly counts: DecodeCounts;
  readonly footer: 'ok' | 'none';
  /** Data files written, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly warnings: number;
  /** What is not in the tree of a snapshot that was salvaged, by kind; `undefined` when it is whole. */
  readonly partial: Readonly<Record<string, number>> | undefined;
}

/** A look at the summary of a snapshot before anything is written; throws to refuse it, or adds to what is damaged. */
type Examine = (summary: SnapshotSummary, damage: Damage | undefined) => void;

/** A snapshot that is open already; it stays the caller's to close. */
export interface OpenedSnapshot {
  readonly fd?: number | undefined;
  readonly examine?: Examine | undefined;
}

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
  return withJob(request, options, opened, (job) => {
    let tree: StagedTree | undefined;
    const { run, scratch } = job;
    try {
      if (request.force && request.input !== '-') refuseInputInside(request.input, request.output);
      lookBeside(request, run);
      tree = StagedTree.create(request.output, { scratch, force: request.force ?? false, runId: run.runId });
      return publishDecoded(tree, job);
    } finally {
      tree?.abandon();
    }
  });
}

/** As {@link decodeOpened}, but nothing is written: only what would stop the decode is thrown, and warnings are given. */
export function rehearseDecode(request: DecodeRequest, options: RunOptions, opened: OpenedSnapshot): void {
  withJob(request, options, opened, (job) => decodeInto(new DiscardingSink(), job));
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

/** Checks what can be seen of a request alone. Throws UsageError. */
export function checkedAdapters(request: DecodeRequest): Adapter[] {
  if (request.input === '') throw new UsageError('--input is required: name the snapshot file');
  if (request.output === '') throw new UsageError('--output is required: name the folder to make');
  refuseStandardStream(request.output, '--output', 'the folder to make');
  if (request.adapters.length === 0) throw new UsageError('no adapter is selected');
  if (request.salvage && request.strict) {
    throw new UsageError(
      '--salvage and --strict contradict each other: one leaves out what is damaged, the other refuses that',
    );
  }
  if (request.dynamodbLayout === 'jsonl') {
    throw new UsageError('the DynamoDB bundle mode jsonl is not implemented; use per-item');
  }
  return selectedAdapters(request.adapters);
}

interface DecodeJob {
  readonly request: DecodeRequest;
  readonly selected: readonly Adapter[];
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly opened: OpenedSnapshot;
}

/** A sink that tells how many files it was given. */
type CountedSink = TreeSink & { readonly files: number };

/** What was found while a snapshot was decoded. */
interface DecodedFile {
  readonly summary: SnapshotSummary;
  readonly partial: DecodeResult['partial'];
}

function publishDecoded(tree: StagedTree, job: DecodeJob): DecodeResult {
  const { request, run } = job;
  const { summary, partial } = decodeInto(tree, job);
  run.progress.begin('publishing');
  const snapshotIndex = snapshotIndexOf(request.input);
  tree.publish(manifestOf(job, summary.lastCommitTs, snapshotIndex, partial));
  if (tree.leftover !== undefined) warnOfLeftover(tree.leftover, run);
  return {
    input: request.input,
    output: request.output,
    lastCommitTs: summary.lastCommitTs,
    snapshotIndex,
    ...snapshotTime(summary),
    counts: countsOf(summary, job.selected),
    footer: summary.footer,
    files: tree.files,
    bytes: tree.bytes,
    warnings: run.warnings,
    partial,
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
  const told = toldDigest(request.input, run.warn);
  const damage = request.salvage ? new Damage() : undefined;
  const source = openSnapshot(request.input, { scratch, fd, damage });
  try {
    const refuseChanged = unchangedInput(fd, source.path);
    const summary = namingSalvage(damage, () => {
      const checked = checkSnapshot(source, run.progress, { sha256: told !== undefined });
      job.opened.examine?.(checked, damage);
      const counts = countsOf(checked, job.selected);
      data.rows(new Map(job.selected.map(({ name }) => [name, counts[name]])));
      warnOfWholeness(checked, told, source.path, run.warn);
      warnOfSnapshot(checked, run.warn);
      // Of which rows the bytes are is not known.
      if (job.selected.length === ADAPTERS.length) warnOfRoom(request.output, run.progress.bytes, run.warn);
      data.files(decodeAdapters(source, sink, job));
      return checked;
    });
    damage?.report(run.warn);
    refuseChanged();
    if (request.strict) run.refuseLossAndDoubt();
    return { summary, partial: damage?.counts() };
  } finally {
    source.close();
  }
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
function checkSnapshot(source: Snapshot, progress: Progress, { sha256 }: { sha256: boolean }): SnapshotSummary {
  progress.begin('checking the snapshot', source.size);
  return source.check({
    families: KNOWN_FAMILIES,
    bodies: 'passed over',
    sha256,
    onRow: (_, keyStart, keyEnd, valueStart, valueEnd) => {
      progress.count(keyEnd - keyStart + valueEnd - valueStart);
      progress.reach(source.checkedBytes);
    },
  });
}

/** @returns how many files each adapter wrote. */
function decodeAdapters(source: Snapshot, counted: CountedSink, job: DecodeJob): Map<AdapterName, number> {
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

function manifestOf(
  { request, selected }: DecodeJob,
  lastCommitTs: bigint,
  snapshotIndex: bigint,
  partial: DecodeResult['partial'],
): Buffer {
  return manifestBytes(
    newManifest({
      elastickvVersion: request.toolVersion,
      clusterId: request.clusterId ?? '',
      snapshotIndex,
      lastCommitTs,
      wallTimeIso: wallTimeIso(BigInt(Date.now()) * 1_000_000n),
      fsmPath: request.input,
      adapters: selected.map(({ name }) => name),
      exclusions: request.exclusions,
      dynamodbLayout: request.dynamodbLayout ?? 'per-item',
      ...(partial === undefined ? {} : { partial: countsOfManifest(partial) }),
    }),
  );
}

function countsOfManifest(partial: Readonly<Record<string, number>>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(partial).map(([kind, count]) => [kind, BigInt(count)]));
}

function warnOfLeftover(path: string, run: Run): void {
  run.warn({
    event: 'leftovers',
    message: `the earlier dump was replaced, but ${path}, what is left of it, could not be removed; look at what is in it, and remove it`,
    fields: { count: 1 },
  });
}
