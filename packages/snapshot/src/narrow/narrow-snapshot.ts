import { RowError, type SnapshotFormatError } from '../errors.ts';
import { Extents } from '../merge/extents.ts';
import { MergedBytes } from '../merge/merged-bytes.ts';
import { CheckedSnapshot } from '../read/checked-snapshot.ts';
import { KeyFamilies } from '../read/key-families.ts';
import { scanEntries } from '../read/scan.ts';
import type { ScratchFolder } from '../sort/scratch.ts';
import { type KeepsEntry, KeptEntries } from './kept-entries.ts';

/** How a snapshot is narrowed. */
export interface NarrowOptions {
  /** Says of each entry, of any version and of deletions too, whether it stays: all versions of a key should, or none. */
  readonly keeps: KeepsEntry;
  /** Key prefixes as byte strings; the longest match decides. */
  readonly families: readonly string[];
  /** Holds where the entries stand, when they lie in many pieces. */
  readonly scratch: ScratchFolder;
  /** Is called for each entry that was looked at. */
  readonly onEntry?: (() => void) | undefined;
}

/** A part of the entries of a snapshot. */
export interface NarrowedSnapshot {
  /** Visible at the same moment. */
  readonly source: CheckedSnapshot;
  /** Lets go of what says where the entries are. The snapshot stays open: it is the caller's. */
  close(): void;
}

/**
 * A part of the entries of a snapshot, as if there were no others. Nothing is copied: they are read where they stand, so the snapshot must
 * stay open. One walk over its keys; memory: 3 MiB. Throws EnvironmentError.
 */
export function narrowSnapshot(whole: CheckedSnapshot, options: NarrowOptions): NarrowedSnapshot {
  const extents = new Extents(options.scratch);
  try {
    const families = new KeyFamilies(options.families);
    const entries = new KeptEntries(whole.entries({ bodies: 'passed over' }), extents, options);
    const scan = scanEntries(entries, whole.lastCommitTs, families);
    const bytes = new MergedBytes(whole.path, extents, [whole]);
    const source = new CheckedSnapshot({
      path: whole.path,
      bytes,
      entries: { start: 0, end: bytes.byteLength },
      families,
      summary: { ...whole.summary, ...scan },
      salvage: undefined,
      located: (error) => locatedIn(whole, extents, error),
    });
    return { source, close: () => extents.close() };
  } catch (error) {
    extents.close();
    throw error;
  }
}

function locatedIn(whole: CheckedSnapshot, extents: Extents, { rule, key, offset }: RowError): SnapshotFormatError {
  const extent = extents.at(extents.find(offset));
  return whole.located(new RowError(rule, { offset: extent.offset + offset - extent.start, key }));
}
