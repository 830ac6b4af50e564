import type { KeyRange, Owner } from '@ekv/adapter';
import {
  ADAPTER_NAMES,
  inputKindOf,
  type OpenedRows,
  openRows,
  ownersOf,
  type RowsRequest,
  type RunOptions,
} from '@ekv/core';
import { SnapshotFormatError, type Warning } from '@ekv/snapshot';
import { contentRanges } from './content-ranges.ts';
import { definitionRanges } from './definition-ranges.ts';
import type { FindRequest, FindRun } from './find-request.ts';
import { servedGenerations } from './served-generations.ts';

/**
 * Opens the rows in which some owners are: of a large snapshot these alone are read. There may be rows of others.
 *
 * @param within units, scopes, adapters.
 * @param part of a dump: files that by their names are of others are not read; then what has another name than decode gives is missed. Default: all.
 * @throws UsageError, EnvironmentError, DataError as `openRows` does.
 */
export function openFound(request: FindRequest, within: readonly Owner[], run: FindRun, part?: 'by names'): OpenedRows {
  const adapters = ADAPTER_NAMES.filter((name) => within.some(({ adapter }) => adapter === name));
  const rows = { ...request, adapters };
  const isSearched = request.inputs.every(({ path }) => SEARCHED.has(inputKindOf(path)));
  if (!isSearched && part === 'by names') return openRows({ ...rows, units: within }, run.options, run.scratch);
  return (isSearched ? narrowed(rows, within, run) : undefined) ?? openRows(rows, run.options, run.scratch);
}

/** A dump is encoded first. */
const SEARCHED: ReadonlySet<string> = new Set(['snapshot', 'node folder']);

/** `undefined` when all of the input must be read. */
function narrowed(request: RowsRequest, within: readonly Owner[], run: FindRun): OpenedRows | undefined {
  const warnings: Warning[] = [];
  const opened = openSteps(request, within, { ...run, options: { ...run.options, warn: (one) => warnings.push(one) } });
  if (opened !== undefined) for (const warning of warnings) run.options.warn?.(warning);
  return opened;
}

function openSteps(request: RowsRequest, within: readonly Owner[], run: FindRun): OpenedRows | undefined {
  const quiet = { ...run.options, warn: () => {} };
  const scopes = definitionRanges(within);
  let generations: (readonly bigint[] | undefined)[] = [];
  if (scopes.length > 0) {
    const rows = tried({ ...request, ranges: scopes }, quiet, run);
    if (rows === undefined) return undefined;
    generations = orClosed(rows, () => servedGenerations(rows, within));
    rows.close();
  }
  const units = within.flatMap((owner, i) => rangesOf(owner, generations[i]));
  const ranges = [...scopes, ...units];
  const found = tried({ ...request, ranges }, run.options, run);
  if (found === undefined) return undefined;
  const contents = orClosed(found, () => contentRanges(found, within));
  if (contents.length === 0) return found;
  found.close();
  return tried({ ...request, ranges: [...ranges, ...contents] }, quiet, run);
}

/** What a look at rows gives; they are closed when it throws. */
function orClosed<Result>(rows: OpenedRows, look: () => Result): Result {
  try {
    return look();
  } catch (error) {
    rows.close();
    throw error;
  }
}

/** `undefined` when all was read, or has to be: entries that are not in order, or damage, of which the whole file tells more. */
function tried(request: RowsRequest, options: RunOptions, { scratch }: FindRun): OpenedRows | undefined {
  try {
    const rows = openRows(request, options, scratch);
    if (rows.isNarrowed) return rows;
    rows.close();
  } catch (error) {
    if (!(error instanceof SnapshotFormatError)) throw error;
  }
  return undefined;
}

function rangesOf(owner: Owner, generations: readonly bigint[] | undefined): readonly KeyRange[] {
  // Of messages the generation in their value counts, so all of a queue are looked at.
  const served = owner.adapter === 'sqs' && owner.key === undefined ? undefined : generations;
  return ownersOf(owner.adapter)!.ranges(owner, served).filter(isRead);
}

/** What is derived from units, or not theirs yet: no value is read of it. */
const NOT_READ = [
  '!ddb|gsi|',
  '!s3|upload|',
  '!s3|gc|',
  '!s3route|',
  ...['vis', 'byage', 'dedup', 'group'].map((kind) => `!sqs|msg|${kind}|`),
];

function isRead({ start }: KeyRange): boolean {
  return !NOT_READ.some((prefix) => start.toString('latin1', 0, prefix.length) === prefix);
}
