import type { ReadableSnapshot, Warn } from '@ekv/snapshot';
import type { FactSort } from './fact-sort.ts';

/** What a reader works with. */
export interface FactRun {
  /** Gets what decode would say of the snapshot. */
  readonly warn: Warn;
  /** Folder for sorted runs. Default: the system's. */
  readonly scratchRoot: string | undefined;
}

/** Adds what a snapshot holds of one adapter: what a dump of it would hold, and nothing else. Throws SnapshotFormatError. */
export type FactReader = (snapshot: ReadableSnapshot, facts: FactSort, run: FactRun) => void;
