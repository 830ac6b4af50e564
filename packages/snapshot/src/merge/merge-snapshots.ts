import { RowError, type SnapshotFormatError } from '../errors.ts';
import { CheckedSnapshot, type SnapshotSummary } from '../read/checked-snapshot.ts';
import { KeyFamilies } from '../read/key-families.ts';
import type { ReadableSnapshot } from '../read/row-source.ts';
import { type OnRow, type Scan, scanEntries } from '../read/scan.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import type { SortedRows } from '../sort/sorted-run.ts';
import { type AddedInput, addedInput } from './added-input.ts';
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
  /** Versions that stand in no input, ascending; key: encoded key with its version, payload: value with its header. None is a stray. */
  readonly added?: SortedRows | undefined;
}

/** The rows of several snapshots together. */
export interface MergedSnapshot extends ReadableSnapshot {
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
  let added: AddedInput | undefined;
  const close = () => {
    extents.close();
    added?.close();
  };
  try {
    if (options.added !== undefined) added = addedInput(options.added, highest(inputs), options.scratch);
    return merge({ inputs, added, extents, close }, options);
  } catch (error) {
    close();
    throw error;
  }
}

interface MergeParts {
  readonly inputs: readonly CheckedSnapshot[];
  readonly added: AddedInput | undefined;
  readonly extents: Extents;
  readonly close: () => void;
}

function merge({ inputs, added, extents, close }: MergeParts, options: MergeOptions): MergedSnapshot {
  const parts = added === undefined ? inputs : [...inputs, added.source];
  const { name, asOf } = options;
  const families = new KeyFamilies(options.families);
  const lastCommitTs = highest(inputs);
  const visibleAt = asOf ?? lastCommitTs;
  const entries = new MergedEntries(parts, extents, { ...options, judged: inputs.length });
  const scan = scanEntries(entries, visibleAt, families, { onRow: options.onRow });
  const bytes = new MergedBytes(name, extents, parts);
  const source = new CheckedSnapshot({
    path: name,
    bytes,
    entries: { start: 0, end: bytes.byteLength },
    families,
    summary: summaryOf(
      inputs,
      {
        ...scan,
        superseded: scan.superseded + entries.repeatedCount,
        // Above a moment there are timeless rows alone.
        newerThanHeader: asOf === undefined ? scan.newerThanHeader : new Map(),
      },
      visibleAt,
    ),
    salvage: undefined,
    located: (error) => locatedIn(parts, extents, error),
  });
  return {
    source,
    rowsOf: (names) => source.withFamilies(names),
    lastCommitTs,
    strays: entries.strayCount,
    younger: entries.youngerCount,
    close,
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
    form: 'entries',
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
