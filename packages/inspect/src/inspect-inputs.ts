import type { RowOwner } from '@ekv/adapter';
import {
  ADAPTER_NAMES,
  chosenEntries,
  type GroupFile,
  type GroupReading,
  type OpenedRows,
  openRows,
  Progress,
  type RunOptions,
  readAddress,
  Selection,
  type SelectionOptions,
  tryDecoders,
} from '@ekv/core';
import { Damage, ScratchFolder, UsageError, type VersionWalk } from '@ekv/snapshot';
import { newRunId, scratchName } from '@ekv/snapshot/publish';
import { Census } from './census/census.ts';
import { SeparatorFinder } from './census/separator-finder.ts';
import { expiredUnits } from './expired/expired-units.ts';
import type { UnitSet } from './expired/unit-set.ts';
import { LeftOutCollector } from './report/left-out.ts';
import { reportOf } from './report/report-of.ts';
import type { InspectReport, ReportAdapter } from './report.ts';

/** What is looked at, and what is told of it. */
export interface InspectRequest extends GroupReading {
  /** A snapshot file, a node's folder, a dump (a folder or an archive), or the snapshot files of several groups. */
  readonly inputs: readonly GroupFile[];
  /** ASCII characters at which names are divided. Default: found for each type, table and bucket. Empty: they are not divided. */
  readonly separator?: string | undefined;
  /** Units of each adapter that are told as the largest, 0 to 1000. Default: 20. */
  readonly top?: number | undefined;
  /** Prefixes that are told, 100 to 100,000. Default: 10,000. */
  readonly prefixes?: number | undefined;
  /** Address of a unit, or of a table, bucket or queue, whose history is told. */
  readonly history?: string | undefined;
  /** Which part of the data is looked at, in all its versions. Default: all. */
  readonly selection?: SelectionOptions | undefined;
  /** Does not try what a decode would leave out: half as long. */
  readonly quick?: boolean | undefined;
  /** Counts what can be read of a damaged snapshot. */
  readonly salvage?: boolean | undefined;
  /** Folder for what has to be sorted. Default: the system's. */
  readonly scratchRoot?: string | undefined;
  /** Of the tool: `ekv/1.2.3`. */
  readonly tool: string;
}

const LARGEST = { least: 0, most: 1000, usual: 20 };
const PREFIXES = { least: 100, most: 100_000, usual: 10_000 };
const NOTHING_ELSE = {
  include_incomplete_uploads: false,
  include_orphans: false,
  preserve_sqs_visibility: false,
  include_sqs_side_records: false,
};

/**
 * Tells what is in a snapshot or a dump. It is read as a decode reads it, and its versions are counted on the way; memory does not depend on its size.
 *
 * @param options `warn` gets what is to be said of the selection: what a decode would warn of is in the report.
 * @throws UsageError for the request, EnvironmentError, DataError for a snapshot that cannot be read.
 */
export function inspectInputs(request: InspectRequest, options: RunOptions = {}): InspectReport {
  const largest = given(request.top, LARGEST, 'the option top');
  const prefixes = given(request.prefixes, PREFIXES, 'the option prefixes');
  const separators = checkedSeparators(request.separator);
  const history = request.history === undefined ? undefined : readAddress(request.history);
  const selection = new Selection(request.selection);
  const isWhole = selection.takesAll && !selection.dropsExpired;
  if (request.salvage && !isWhole)
    throw new UsageError('--salvage counts all that can be read: leave --match, --scope, --exclude and --expired out');
  const progress = options.progress ?? new Progress();
  const leftOut = new LeftOutCollector();
  const runId = options.runId ?? newRunId();
  const run: RunOptions = { ...options, runId, progress, warn: leftOut.warn };
  const scratch = new ScratchFolder(request.scratchRoot || undefined, scratchName(runId));
  const found = new SeparatorFinder();
  const separatorOf = (adapter: ReportAdapter, scope: string) => separators ?? found.separator(adapter, scope);
  let rows: OpenedRows | undefined;
  let expired: UnitSet | undefined;
  try {
    const { inputs, asOf, routes, allowMissingGroups = true, keepStrays, scratchRoot } = request;
    const damage = request.salvage ? new Damage() : undefined;
    const newCensus = () => new Census({ separatorOf, largest, nodes: prefixes, history });
    let census = newCensus();
    const lookAt = separators === undefined ? found.lookAt : () => {};
    const onVersion = (version: VersionWalk) => census.take(version);
    rows = openRows(
      {
        inputs,
        asOf,
        routes,
        allowMissingGroups,
        keepStrays,
        adapters: ADAPTER_NAMES,
        encrypted: 'given',
        damage,
        listener: isWhole ? { begin: lookAt, onVersion } : undefined,
      },
      run,
      scratch,
    );
    expired = selection.dropsExpired ? expiredUnits(rows.source, { scratch, scratchRoot }) : undefined;
    const leavesOut = expired && ((owner: RowOwner) => expired!.has(owner));
    rows = chosenEntries(rows, selection, { ...run, warn: options.warn }, scratch, leavesOut);
    if (rows.wereHeard) census.end();
    else {
      census = newCensus();
      for (const source of rows.walked) lookAt(source.keysThroughout());
      takeCensus(census, rows, progress);
    }
    if (!request.quick) tryDecode(rows, run, scratch, leftOut);
    damage?.report(leftOut.warn);
    rows.refuseChanged();
    const result = census.result(rows.walked);
    return reportOf({
      tool: request.tool,
      rows,
      census: result,
      leftOut: leftOut.leftOut(!request.quick),
      partial: damage?.counts(),
      separatorOf,
    });
  } finally {
    rows?.close();
    expired?.close();
    scratch.remove();
  }
}

function takeCensus(census: Census, { walked }: OpenedRows, progress: Progress): void {
  progress.begin(
    'counting all versions',
    walked.reduce((sum, { summary }) => sum + summary.entries, 0),
  );
  for (const source of walked) census.add(source, (entries) => progress.advance(entries));
}

/** Encrypted rows are refused by every decode: then it need not be tried. */
function tryDecode(rows: OpenedRows, run: RunOptions, scratch: ScratchFolder, leftOut: LeftOutCollector): void {
  const encrypted = rows.inputs.find(({ summary }) => summary.firstEncrypted !== undefined);
  if (encrypted !== undefined) {
    leftOut.refused(encrypted.summary.firstEncrypted!.message);
    return;
  }
  for (const refusal of tryDecoders(rows, NOTHING_ELSE, run, scratch).refusals) leftOut.refused(refusal);
}

function given(
  value: number | undefined,
  { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number },
  what: string,
): number {
  if (value === undefined) return usual;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${what} is ${value}; it must be a whole number from ${least} to ${most}`);
}

/** A byte string. */
function checkedSeparators(text: string | undefined): string | undefined {
  if (text === undefined || /^[\x20-\x7e]*$/.test(text)) return text;
  throw new UsageError(
    `the option separator is ${JSON.stringify(text)}; it must be printable ASCII characters, such as :/`,
  );
}
