import type { GroupMembers } from '@ekv/manifest';
import { haveGaps } from '@ekv/routing';
import {
  type CheckedSnapshot,
  type MergedSnapshot,
  mergeSnapshots,
  type ScratchFolder,
  type SnapshotSummary,
  type Warn,
} from '@ekv/snapshot';
import type { Progress } from '../run/progress.ts';
import { type AsOf, momentIn } from './as-of.ts';
import { groupOfPath } from './group-file.ts';
import { groupMembers } from './group-members.ts';
import { KeptStrays } from './kept-strays.ts';
import { type GroupSource, type KnownGroups, knownGroups, lookForMissing, refuseMoving } from './known-groups.ts';
import { StrayCheck } from './stray-check.ts';
import { warnOfTakenApart } from './taken-apart.ts';
import { resolvedTransactions, transactionMember } from './unfinished.ts';

/** How snapshots of several groups are read. */
export interface GroupReading {
  /** Reads all as of one moment. Default: `none`, the newest state of each snapshot. */
  readonly asOf?: AsOf | undefined;
  /** How errors call that option. Default: `asOf`. */
  readonly asOfOption?: string | undefined;
  /** Ranges as the flag `--shardRanges` of a server has them, in place of the catalog in the snapshots. */
  readonly routes?: string | undefined;
  /** Reads on when the cluster has groups of which no snapshot is there. */
  readonly allowMissingGroups?: boolean | undefined;
  /** Takes rows that lie in another group than the one that serves their key, when that has none of them. */
  readonly keepStrays?: boolean | undefined;
}

/** The rows of all inputs. */
export interface RowsTogether {
  readonly source: CheckedSnapshot;
  /** Of the source, with the highest timestamp in the headers. */
  readonly summary: SnapshotSummary;
  /** Of more than one snapshot, or as of a moment. */
  readonly members: GroupMembers | undefined;
  /** Entries that were left out: in the wrong group, and younger than the moment. */
  readonly strays: number;
  readonly younger: number;
  /** Whether the rows are those after the end of transactions that were open. */
  readonly areTransactionsResolved: boolean;
  /** Lets go of what was made for it; the snapshots are the caller's. */
  close(): void;
}

/** What a run gives to it. */
interface Reader {
  readonly warn: Warn;
  readonly scratch: ScratchFolder;
  readonly progress: Progress;
  /** Key prefixes that rows are told apart by. */
  readonly families: readonly string[];
  /** Whether all groups of the cluster should be there, for what was named is more than one file. */
  readonly isWhole: boolean;
}

/**
 * The rows of the snapshots of one cluster, or of one snapshot; in the order of docs/format/09-groups.md, section 3. A snapshot that
 * holds all of its cluster is read as it is, without another walk over it.
 *
 * @throws UsageError, DataError.
 */
export function readTogether(inputs: readonly GroupSource[], reading: GroupReading, reader: Reader): RowsTogether {
  const known = knownGroups(inputs, reading.routes, reader.warn);
  if (!reading.keepStrays) refuseMoving(known, inputs);
  lookForMissing(known, reading.allowMissingGroups || !reader.isWhole, reader.warn);
  const moment = momentIn(
    reading.asOf ?? 'none',
    inputs.map(({ source }, i) => ({ name: nameOf(source, known.groups[i]), summary: source.summary })),
    reading.asOfOption,
  );
  if (known.ranges === undefined && isOfSeveral(inputs, known)) warnOfNoCatalog(inputs, reader.warn);
  if (inputs.length === 1 && moment === undefined && isAllOfItsCluster(known)) return asItIs(inputs[0]!.source);
  if (moment === undefined) warnOfTakenApart(inputs, reader.warn);
  return merged(inputs, known, { asOf: moment, keepStrays: reading.keepStrays ?? false }, reader);
}

function nameOf({ path }: CheckedSnapshot, group: bigint | undefined): string {
  return group === undefined ? path : `${path} (group ${group})`;
}

/** A cluster of one group gives it no number, neither on a command line nor in the name of a folder. */
function isOfSeveral([first, ...others]: readonly GroupSource[], { groups }: KnownGroups): boolean {
  return others.length > 0 || groups[0] !== undefined || groupOfPath(first!.path) !== undefined;
}

/** Whether no row of it can lie in the wrong place. */
function isAllOfItsCluster({ ranges, groups }: KnownGroups): boolean {
  if (ranges === undefined) return true;
  const { group } = ranges[0]!;
  return (groups[0] ?? group) === group && ranges.every((range) => range.group === group) && !haveGaps(ranges);
}

/** The rows of one snapshot, whatever others its cluster has. */
export function asItIs(source: CheckedSnapshot): RowsTogether {
  return {
    source,
    summary: source.summary,
    members: undefined,
    strays: 0,
    younger: 0,
    areTransactionsResolved: false,
    close: () => {},
  };
}

/** Of one file it is known that there may be others; files that were brought together are meant to be all. */
function warnOfNoCatalog({ length }: readonly GroupSource[], warn: Warn): void {
  warn({
    event: 'no_catalog',
    message:
      'nothing in the snapshots says which groups the cluster has, so some may be missing, and rows may lie in the wrong one; give the ranges of the cluster with --routes',
    fields: {},
    ...(length > 1 ? { doubt: true } : {}),
  });
}

function merged(
  inputs: readonly GroupSource[],
  known: KnownGroups,
  { asOf, keepStrays }: { readonly asOf: bigint | undefined; readonly keepStrays: boolean },
  { warn, scratch, progress, families }: Reader,
): RowsTogether {
  const sources = inputs.map(({ source }) => source);
  const check = known.ranges && new StrayCheck(known.ranges, known.groups);
  progress.begin(
    'merging the snapshots',
    sources.reduce((sum, { summary }) => sum + summary.entries, 0),
  );
  const transactions = resolvedTransactions({ inputs, strays: check, asOf, scratch, warn });
  let all: MergedSnapshot;
  let strays: StrayCheck | KeptStrays | undefined = check;
  try {
    if (check !== undefined && keepStrays) strays = new KeptStrays(sources, check, scratch);
    all = mergeSnapshots(sources, {
      name: sources.length === 1 ? sources[0]!.path : 'the snapshots together',
      families,
      scratch,
      asOf,
      strays,
      added: transactions.addedCount === 0 ? undefined : transactions.added(),
      onRow: (_, keyStart, keyEnd, valueStart, valueEnd) => {
        progress.count(keyEnd - keyStart + valueEnd - valueStart);
        progress.advance(1);
      },
    });
    if (!keepStrays) check?.refuseWrongNumbers(inputs.map(({ path }) => path));
    strays?.report(warn);
  } finally {
    transactions.close();
    if (strays instanceof KeptStrays) strays.close();
  }
  const { counts } = transactions;
  return {
    source: all.source,
    summary: { ...all.source.summary, ...headersOf(sources, all) },
    members:
      inputs.length === 1 && asOf === undefined
        ? undefined
        : { ...groupMembers(inputs, known, asOf, all.strays), transactions: transactionMember(counts) },
    strays: all.strays,
    younger: all.younger,
    areTransactionsResolved: true,
    close: () => all.close(),
  };
}

/**
 * What the manifest and the last line say of headers: of one snapshot its own, of several the highest timestamp, and the time of the one
 * that was taken first.
 */
function headersOf(sources: readonly CheckedSnapshot[], { lastCommitTs }: MergedSnapshot): Partial<SnapshotSummary> {
  if (sources.length > 1) return { lastCommitTs, clockCeilingMs: lowestCeiling(sources) };
  const { wrapperVersion, clockCeilingMs, footer, footerCrc32c, minRetainedTs, sha256 } = sources[0]!.summary;
  return { lastCommitTs, wrapperVersion, clockCeilingMs, footer, footerCrc32c, minRetainedTs, sha256 };
}

/** `undefined` when one is not known. */
function lowestCeiling(sources: readonly CheckedSnapshot[]): bigint | undefined {
  let lowest: bigint | undefined;
  for (const { summary } of sources) {
    if (!summary.clockCeilingMs) return undefined;
    if (lowest === undefined || summary.clockCeilingMs < lowest) lowest = summary.clockCeilingMs;
  }
  return lowest;
}
