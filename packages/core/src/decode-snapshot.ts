import { findLeftovers, StagedTree, TreeProblemsError, type TreeSink } from '@ekv/dump-tree';
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
  openSnapshot,
  RowError,
  ScratchFolder,
  type Snapshot,
  type SnapshotSummary,
  UsageError,
} from '@ekv/snapshot';
import { ADAPTERS, type Adapter, type DecodeRun, selectedAdapters } from './adapters.ts';
import { countingSink } from './counting-sink.ts';
import { INTERNAL_FAMILIES, OPERATIONAL_FAMILIES, TRANSACTION_LOCKS, warnOfSnapshot } from './decode-warnings.ts';
import { refuseInputInside } from './output-place.ts';
import type { Progress } from './progress.ts';
import { Run, type RunOptions } from './run.ts';
import { namingSalvage } from './salvage-hint.ts';
import { snapshotIndexOf } from './snapshot-index.ts';
import { scratchName } from './temporary-names.ts';
import { unchangedInput } from './unchanged-input.ts';

export interface DecodeRequest {
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
  /** Refuses to leave user data out. */
  readonly strict?: boolean;
  /** Leaves out what is damaged, and counts it, instead of refusing the file. */
  readonly salvage?: boolean;
  /** Folder for spilled data. Default: the system's. */
  readonly scratchRoot?: string;
}

export interface DecodeResult {
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

/** Entries of the file; `entries` is the sum of all others. */
export interface DecodeCounts extends Record<AdapterName, number> {
  readonly entries: number;
  readonly tombstone: number;
  readonly superseded: number;
  readonly expired: number;
  /** Rows of the cluster, and of adapters that were not selected. */
  readonly internal: number;
  readonly operational: number;
  readonly unknown: number;
  /** Of a snapshot that was salvaged: those that could not be read. */
  readonly damaged?: number;
}

/** A look at the summary of a snapshot before anything is written; throws to refuse it, or adds to what is damaged. */
export type Examine = (summary: SnapshotSummary, damage: Damage | undefined) => void;

/**
 * Decodes a snapshot file to a dump tree, which appears at its place as a whole or not at all.
 *
 * Throws UsageError for the request, EnvironmentError when the machine refuses, DataError for the snapshot
 * (SnapshotFormatError with offset, ordinal and key), StrictError.
 */
export function decodeSnapshot(request: DecodeRequest, options: RunOptions = {}, examine?: Examine): DecodeResult {
  const selected = checkedAdapters(request);
  const run = new Run(options);
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(run.runId));
  let tree: StagedTree | undefined;
  try {
    if (request.force && request.input !== '-') refuseInputInside(request.input, request.output);
    warnOfLeftovers(request.output, run);
    tree = StagedTree.create(request.output, { scratch, force: request.force ?? false, runId: run.runId });
    return decodeInto(tree, { request, selected, run, scratch, examine });
  } finally {
    try {
      tree?.abandon();
    } finally {
      scratch.remove();
    }
  }
}

function checkedAdapters(request: DecodeRequest): Adapter[] {
  if (request.input === '') throw new UsageError('--input is required: name the snapshot file');
  if (request.output === '') throw new UsageError('--output is required: name the folder to make');
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
  readonly examine: Examine | undefined;
}

function decodeInto(tree: StagedTree, job: DecodeJob): DecodeResult {
  const { request, run, scratch } = job;
  const refuseChanged = unchangedInput(request.input);
  const damage = request.salvage ? new Damage() : undefined;
  const source = openSnapshot(request.input, { scratch, damage });
  try {
    const summary = namingSalvage(damage, () => {
      const checked = checkSnapshot(source, run.progress);
      job.examine?.(checked, damage);
      warnOfSnapshot(checked, run.warn);
      decodeAdapters(source, tree, job);
      return checked;
    });
    damage?.report(run.warn);
    refuseChanged();
    if (request.strict) run.refuseLossAndDoubt();
    run.progress.begin('publishing');
    const snapshotIndex = snapshotIndexOf(request.input);
    const partial = damage?.counts();
    tree.publish(manifestOf(job, summary.lastCommitTs, snapshotIndex, partial));
    if (tree.leftover !== undefined) warnOfLeftover(tree.leftover, run);
    return {
      input: request.input,
      output: request.output,
      lastCommitTs: summary.lastCommitTs,
      snapshotIndex,
      counts: countsOf(summary, job.selected),
      footer: summary.footer,
      files: tree.files,
      bytes: tree.bytes,
      warnings: run.warnings,
      partial,
    };
  } finally {
    source.close();
  }
}

/** Reads the whole snapshot once. */
function checkSnapshot(source: Snapshot, progress: Progress): SnapshotSummary {
  progress.begin('checking the snapshot');
  return source.check({
    families: [
      ...ADAPTERS.flatMap(({ families }) => families),
      ...INTERNAL_FAMILIES,
      TRANSACTION_LOCKS,
      ...OPERATIONAL_FAMILIES,
    ],
    bodies: 'passed over',
    onRow: (_, keyStart, keyEnd, valueStart, valueEnd) => progress.count(keyEnd - keyStart + valueEnd - valueStart),
  });
}

function decodeAdapters(source: Snapshot, tree: StagedTree, { request, selected, run, scratch }: DecodeJob): void {
  const sink = countingSink(tree, run.progress);
  const { exclusions } = request;
  for (const adapter of selected) {
    run.progress.begin(adapter.name);
    decodeAdapter(adapter, source, sink, { warn: run.warn, scratch, exclusions, shiftMs: 0n });
  }
}

/** Runs one adapter and gives an error about a row its place in the file. */
export function decodeAdapter(adapter: Adapter, source: Snapshot, sink: TreeSink, run: DecodeRun): void {
  try {
    adapter.decode(source, sink, run);
  } catch (error) {
    if (error instanceof RowError) throw source.located(error);
    if (!(error instanceof TreeProblemsError)) throw error;
    const lines = error.problems.map((problem) => `${source.path}: ${problem}`);
    throw new TreeProblemsError(lines, error.complete);
  }
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

function countsOf(summary: SnapshotSummary, selected: DecodeJob['selected']): DecodeCounts {
  const rows = (families: readonly string[]) =>
    families.reduce((sum, family) => sum + (summary.families.get(family) ?? 0), 0);
  const counts: Record<AdapterName, number> = { redis: 0, dynamodb: 0, s3: 0, sqs: 0 };
  let internal = rows([...INTERNAL_FAMILIES, TRANSACTION_LOCKS]);
  for (const adapter of ADAPTERS) {
    if (selected.includes(adapter)) counts[adapter.name] = rows(adapter.families);
    else internal += rows(adapter.families);
  }
  let unknown = 0;
  for (const { count } of summary.unknown.values()) unknown += count;
  return {
    entries: summary.entries,
    ...counts,
    tombstone: summary.tombstones,
    superseded: summary.superseded,
    expired: summary.expired,
    internal,
    operational: summary.operational + rows(OPERATIONAL_FAMILIES),
    unknown,
    ...(summary.damaged > 0 ? { damaged: summary.damaged } : {}),
  };
}

function warnOfLeftover(path: string, run: Run): void {
  run.warn({
    event: 'leftovers',
    message: `the earlier dump was replaced, but ${path}, what is left of it, could not be removed; remove it`,
    fields: { count: 1 },
  });
}

function warnOfLeftovers(output: string, run: Run): void {
  const leftovers = findLeftovers(output);
  if (leftovers.length === 0) return;
  run.warn({
    event: 'leftovers',
    message: `an earlier run that was killed left ${leftovers.join(', ')}; remove them when no other run is working there`,
    fields: { count: leftovers.length },
  });
}
