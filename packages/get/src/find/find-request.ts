import type { GroupFile, GroupReading, RunOptions } from '@ekv/core';
import type { ScratchFolder } from '@ekv/snapshot';

/** Where units are looked for. */
export interface FindRequest extends GroupReading {
  /** A snapshot file, a node's folder, a dump (a folder or an archive); or the snapshot files of several groups. */
  readonly inputs: readonly GroupFile[];
  /**
   * A snapshot of at most so many bytes is read and checked as a whole; of a larger one nothing is read but what is looked for. Default: 16 MiB.
   */
  readonly wholeUpTo?: number | undefined;
}

/** What a search works with. */
export interface FindRun {
  readonly options: RunOptions;
  /** The caller removes it. */
  readonly scratch: ScratchFolder;
}
