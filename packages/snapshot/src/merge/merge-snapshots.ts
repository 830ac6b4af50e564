import { RowError, type SnapshotFormatError } from '../errors.ts';
import { CheckedSnapshot, type SnapshotSummary } from '../read/checked-snapshot.ts';
import { KeyFamilies } from '../read/key-families.ts';
import { type OnRow, type Scan, scanEntries } from '../read/scan.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { Extents } from './extents.ts';
import { MergedBytes } from './merged-bytes.ts';
import { MergedEntries, type MergedEntriesOptions } from './merged-entries.ts';

/** How snapshots are merged. */
export interface MergeOptions extends MergedEntriesOptions {
  /** Name for people. */
  readonly name: string;
  /** Key prefixes as byte strings; the longest match decides. */
  readonly families: readonly string[];
  /** Holds where the rows stand, when they lie in many pieces. */
  readonly scratch: ScratchFolder;
  /** Is given each visible row; of bodies only the lengths hold. */
  readonly onRow?: OnRow;
}

/** The rows of several snapshots together. */
export interface MergedSnapshot {
  /** Visible at the moment that was asked for, else at the highest timestamp of the inputs. Its offsets are those of no file. */
  readonly source: CheckedSnapshot;
  /** The highest timestamp in the headers. */
  readonly lastCommitTs: bigint;
  /** Entries that were left out: those in the wrong input, and those above the moment. */
  readonly strays: number;
  readonly younger: number;
  /** Lets go of what says where the rows are. The inputs stay open: they are the caller's. */
  close(): void;
}

/**
 * Merges snapshots of the groups of one cluster: the versions of all of them in one order, from which the newest of each key is taken.
 * Nothing but keys is read, and no row is copied: the merged rows are read where they stand, so the inputs must stay open. Memory: 16
 * MiB for all inputs, at least 64 KiB for each. docs/format/09-groups.md, section 3.
 *
 * @param inputs at least one. Throws DataError when two have different values for one version of a key; EnvironmentError.
 */
export function mergeSnapshots(inputs: readonly CheckedSnapshot[], options: MergeOptions): MergedSnapshot {
  const extents = new Extents(options.scratch);
  try {
    return merge(inputs, extents, options);
  } catch (error) {
    extents.close();
    throw error;
  }
}

function merge(inputs: readonly CheckedSnapshot[], extents: Extents, options: MergeOptions): MergedSnapshot {
  const { name, asOf } = options;
  const families = new KeyFamilies(options.families);
  const lastCommitTs = highest(inputs);
  const visibleAt = asOf ?? lastCommitTs;
  const entries = new MergedEntries(inputs, extents, options);
  const scan = scanEntries(entries, visibleAt, families, options.onRow);
  const bytes = new MergedBytes(name, extents, inputs);
  const source = new CheckedSnapshot({
    path: name,
    bytes,
    entries: { start: 0, end: bytes.byteLength },
    families,
    summary: summaryOf(inputs, { ...scan, superseded: scan.superseded + entries.repeatedCount }, visibleAt),
    salvage: undefined,
    located: (error) => locatedIn(inputs, extents, error),
  });
  return {
    source,
    lastCommitTs,
    strays: entries.strayCount,
    younger: entries.youngerCount,
    close: () => bytes.close(),
  };
}

function highest(inputs: readonly CheckedSnapshot[]): bigint {
  let timestamp = 0n;
  for (const { lastCommitTs } of inputs) if (lastCommitTs > timestamp) timestamp = lastCommitTs;
  return timestamp;
}

/** @param visibleAt timestamp at which the rows are seen. */
function summaryOf(inputs: readonly CheckedSnapshot[], scan: Scan, visibleAt: bigint): SnapshotSummary {
  const summaries = inputs.map(({ summary }) => summary);
  return {
    ...scan,
    wrapperVersion: 0,
    clockCeilingMs: undefined,
    lastCommitTs: visibleAt,
    footer: summaries.every(({ footer }) => footer === 'ok') ? 'ok' : 'none',
    footerCrc32c: undefined,
    endsInMetaRows: summaries.every(({ endsInMetaRows }) => endsInMetaRows),
    minRetainedTs: undefined,
    sha256: undefined,
  };
}

/** The file that a row of the merged bytes is in, and its place there. */
function locatedIn(inputs: readonly CheckedSnapshot[], extents: Extents, error: RowError): SnapshotFormatError {
  const { start, input, offset } = extents.at(extents.find(error.offset));
  const { rule, key } = error;
  return inputs[input]!.located(new RowError(rule, { offset: offset + error.offset - start, key }));
}
