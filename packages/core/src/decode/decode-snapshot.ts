import type { Adapter, ExpiryLimit, TableParts } from '@ekv/adapter';
import type { TreeSink } from '@ekv/dump-tree';
import type { AdapterName, LostCounts } from '@ekv/manifest';
import { type CheckedSnapshot, Damage, openSnapshot, ScratchFolder, type Snapshot } from '@ekv/snapshot';
import { scratchName } from '@ekv/snapshot/publish';
import { ADAPTERS } from '../adapters/adapters.ts';
import { countingSink } from '../adapters/counting-sink.ts';
import { decodeAdapter, workOf } from '../adapters/decode-adapter.ts';
import { refuseInputInside } from '../files/inside.ts';
import { asItIs, type RowsTogether, readTogether } from '../groups/read-together.ts';
import { snapshotIndexOf } from '../node-folder/snapshot-index.ts';
import { snapshotTime } from '../node-folder/snapshot-time.ts';
import { warnOfReplacedRun } from '../output/beside-output.ts';
import { Run, type RunOptions } from '../run/run.ts';
import { type ChosenRows, chosenRows } from '../selection/chosen-rows.ts';
import { expiryLimitOf, filtersOf, filtersTogether } from '../selection/filters.ts';
import { Selection } from '../selection/selection.ts';
import { writeUnclaimedRows } from '../whole-state/rows-file.ts';
import { stateSink } from '../whole-state/state-sink.ts';
import { lookBeside } from './beside-decode.ts';
import { CheckedInput } from './checked-input.ts';
import { namingSalvage } from './damage-hint.ts';
import { countsOf } from './decode-counts.ts';
import {
  checkedAdapters,
  type DecodeInputs,
  type DecodeRequest,
  type DecodeResult,
  type OpenedSnapshot,
  partBytesOf,
} from './decode-request.ts';
import { warnOfOpenTransactions, warnOfSnapshot } from './decode-warnings.ts';
import { type DecodedFile, type DecodedRows, decodedManifest } from './decoded-manifest.ts';
import { DiscardingSink } from './discarding-sink.ts';
import { dumpFormatOf } from './dump-format.ts';
import { lostTogether } from './incomplete-source.ts';
import { DataCheck } from './missing-data.ts';
import { warnOfRoom } from './room.ts';
import { KNOWN_FAMILIES } from './row-classes.ts';
import { type StagedDump, stageDump } from './staged-dump.ts';

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
  return decodeInputs(request, options, oneFile(request, opened));
}

/** As {@link decodeOpened}, of one snapshot or of those of several groups; `input` names all of them. */
export function decodeInputs(request: DecodeRequest, options: RunOptions, inputs: DecodeInputs): DecodeResult {
  if (request.check) return checkInputs(request, options, inputs);
  return withJob(request, options, inputs, (job) => {
    let tree: StagedDump | undefined;
    const { run, scratch } = job;
    const madeAtMs = Date.now();
    try {
      for (const { path } of inputs.files) if (request.force && path !== '-') refuseInputInside(path, request.output);
      if (request.output !== '-') lookBeside(request, run);
      tree = stageDump(request, { scratch, runId: run.runId, madeAtMs, workers: run.workers });
      return publishDecoded(tree, job, madeAtMs);
    } finally {
      tree?.abandon();
    }
  });
}

function oneFile({ input }: DecodeRequest, opened: OpenedSnapshot): DecodeInputs {
  return { files: [{ path: input, ...opened }], isWhole: false };
}

function checkInputs(request: DecodeRequest, options: RunOptions, inputs: DecodeInputs): DecodeResult {
  return withJob(request, options, inputs, (job) => {
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
  return withJob(request, options, oneFile(request, opened), (job) => {
    decodeInto(new DiscardingSink(), job);
    return job.run.warnings;
  });
}

function withJob<T>(request: DecodeRequest, options: RunOptions, inputs: DecodeInputs, work: (job: DecodeJob) => T): T {
  const selected = checkedAdapters(request);
  const selection = request.selection && new Selection(request.selection);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  try {
    return work({ request, selected, selection, run, scratch, inputs, tables: new Map() });
  } finally {
    scratch.remove();
  }
}

interface DecodeJob {
  readonly request: DecodeRequest;
  readonly selected: readonly Adapter[];
  readonly selection: Selection | undefined;
  readonly run: Run;
  readonly scratch: ScratchFolder;
  readonly inputs: DecodeInputs;
  /** Of the layout `jsonl`, by folder. */
  readonly tables: Map<string, TableParts>;
  /** Is called when the snapshot was checked, before the first file. */
  readonly begin?: (checked: DecodedFile) => void;
  /** Open; other nodes' snapshots. */
  readonly payloadsFrom?: readonly Snapshot[];
}

/** A sink that says how many files it was given. */
type CountedSink = TreeSink & { readonly files: number; settle?(): void };

function publishDecoded(tree: StagedDump, job: DecodeJob, madeAtMs: number): DecodeResult {
  const { request, run } = job;
  const begin = (checked: DecodedFile) => tree.begin?.(decodedManifest(request, checked, madeAtMs));
  // What a salvage leaves out, and how many items a table has, is known in the end.
  const isKnown = !request.salvage && partBytesOf(request) === undefined;
  const decoded = decodeInto(tree, isKnown ? { ...job, begin } : job);
  run.progress.begin('publishing');
  tree.publish(decodedManifest(request, decoded, tree.begin === undefined ? Date.now() : madeAtMs));
  if (tree.leftover !== undefined) warnOfLeftover(tree.leftover, run);
  if (tree.replacedOther) warnOfReplacedRun(request.output, run.warn);
  return resultOf(job, decoded, tree);
}

/** @param written what the sink of the decode has counted. */
function resultOf(
  { request, run, inputs }: DecodeJob,
  { summary, counts, groups, partial, lostBefore, expiredUnits, filters }: DecodedFile,
  { files, bytes }: { readonly files: number; readonly bytes: number },
): DecodeResult {
  return {
    outcome: request.check ? 'checked' : 'decoded',
    input: request.input,
    output: request.output,
    lastCommitTs: summary.lastCommitTs,
    snapshotIndex: inputs.files.length > 1 ? 0n : snapshotIndexOf(request.input),
    ...snapshotTime(summary),
    counts,
    footer: summary.footer,
    files,
    bytes,
    warnings: run.warnings,
    partial,
    groups,
    lostBefore,
    expiredUnits,
    filters,
    dynamodbLayout: request.dynamodbLayout ?? 'per-item',
  };
}

/** All of a decode but its publication. */
function decodeInto(sink: CountedSink, job: DecodeJob): DecodedFile {
  const { request, run, scratch } = job;
  const damage = request.salvage ? new Damage() : undefined;
  const inputs: CheckedInput[] = [];
  const others: Snapshot[] = [];
  try {
    for (const path of request.payloadFrom ?? []) others.push(openSnapshot(path, { scratch }));
    for (const file of job.inputs.files) inputs.push(new CheckedInput(file, { run, scratch, damage }));
    const read = () => decodeRows(inputs, sink, { ...job, payloadsFrom: others });
    const rows = inputs.length > 1 ? read() : namingSalvage(damage, read);
    sink.settle?.();
    damage?.report(run.warn);
    for (const input of inputs) input.refuseChanged();
    if (request.strict) run.refuseLossAndDoubt();
    return { ...rows, partial: damage?.counts(), lostBefore: lostBeforeOf(inputs), dynamodbJsonl: jsonlOf(job) };
  } catch (error) {
    // An earlier file that could not be written comes first.
    sink.settle?.();
    // What bytes say that were overwritten meanwhile means nothing.
    for (const input of inputs) input.refuseChanged();
    throw error;
  } finally {
    for (const input of inputs) input.close();
    for (const other of others) other.close();
  }
}

function lostBeforeOf(inputs: readonly CheckedInput[]): LostCounts | undefined {
  return inputs.reduce<LostCounts | undefined>((sum, input) => lostTogether(sum, input.lost), undefined);
}

/** What the manifest says of the layout `jsonl`. */
function jsonlOf({ request, tables }: DecodeJob): DecodedFile['dynamodbJsonl'] {
  const bytes = partBytesOf(request);
  return bytes === undefined ? undefined : { part_bytes: BigInt(bytes), tables };
}

/** What is compressed takes less than is known here. */
function hasRoomToFill(request: DecodeRequest): boolean {
  return !request.check && request.output !== '-' && dumpFormatOf(request) !== 'tar.zst';
}

function decodeRows(inputs: readonly CheckedInput[], sink: CountedSink, job: DecodeJob): DecodedRows {
  const { request, selected, run, scratch } = job;
  const data = new DataCheck(request, run.warn);
  const { files, isWhole } = job.inputs;
  const sources = inputs.map((input, i) => {
    const source = input.check();
    return { path: input.path, group: files[i]!.group, source, part: input.part };
  });
  const reader = { warn: run.warn, progress: run.progress, scratch, families: KNOWN_FAMILIES, isWhole };
  const rows = request.salvage ? asItIs(sources[0]!.source) : readTogether(sources, request, reader);
  try {
    const { source, summary, leftOut } = chosen(rows, job);
    const counts = countsOf({ ...rows, summary, unselected: leftOut }, selected);
    data.rows(new Map(selected.map(({ name }) => [name, counts[name]])));
    if (!rows.areTransactionsResolved) warnOfOpenTransactions(summary, run.warn);
    warnOfSnapshot(summary, run.warn, holdsUnclaimed(job) ? 'kept' : 'left out');
    // Of which rows the bytes are is not known.
    if (selected.length === ADAPTERS.length && hasRoomToFill(request))
      warnOfRoom(request.output, run.progress.bytes, run.warn);
    const filters = filtersOf(
      job.selection,
      filtersTogether(inputs.map(({ filters }) => filters)),
      summary.lastCommitTs,
    );
    const expired = expiryLimitOf(job.selection, summary.lastCommitTs);
    const decoded = { summary, counts, groups: rows.members, expiredUnits: 0, filters };
    const lostBefore = lostBeforeOf(inputs);
    job.begin?.({ ...decoded, partial: undefined, lostBefore, dynamodbJsonl: undefined });
    data.files(decodeAdapters(source, sink, job, expired));
    if (holdsUnclaimed(job)) writeUnclaimedRows(source, countingSink(sink, run.progress));
    return { ...decoded, expiredUnits: expired?.dropped ?? 0 };
  } finally {
    rows.close();
  }
}

function chosen({ source, summary }: RowsTogether, { selection, selected, run }: DecodeJob): ChosenRows {
  if (selection === undefined) return { source, summary, leftOut: 0 };
  return chosenRows(source, summary, selection, selected, run);
}

/** Rows of no adapter belong to the whole state of all of them, not to that of a selection. */
function holdsUnclaimed({ request, selected, selection }: DecodeJob): boolean {
  return (request.wholeState ?? false) && selected.length === ADAPTERS.length && (selection?.takesUnowned ?? true);
}

/** @returns how many files each adapter wrote. */
function decodeAdapters(
  source: CheckedSnapshot,
  counted: CountedSink,
  job: DecodeJob,
  expired: ExpiryLimit | undefined,
): Map<AdapterName, number> {
  const { selected, run, scratch, tables, payloadsFrom } = job;
  const sink = countingSink(counted, run.progress);
  const { exclusions } = job.request;
  const bytes = partBytesOf(job.request);
  const wrote = (folder: string, table: TableParts) => void tables.set(folder, table);
  const dynamodbParts = bytes === undefined ? undefined : { bytes, wrote };
  const files = new Map<AdapterName, number>();
  source.countRowsIn(run.progress.doneCell);
  for (const adapter of selected) {
    run.progress.begin(adapter.name, workOf(source, adapter));
    const before = counted.files;
    const state = job.request.wholeState ? stateSink(sink) : undefined;
    const { warn, workers } = run;
    const shared = { warn, scratch, workers, exclusions, shiftMs: 0n, expired, dynamodbParts, payloadsFrom };
    decodeAdapter(adapter, source, sink, { ...shared, state });
    files.set(adapter.name, counted.files - before - (state?.files ?? 0));
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
