import type { ExpiryLimit } from '@ekv/adapter';
import type { ReadableSnapshot } from '@ekv/snapshot';
import type { FactSort } from './fact-sort.ts';

/** How facts are read. */
interface FactReading {
  /** Folder for sorted runs. Default: the system's. */
  readonly scratchRoot: string | undefined;
  /** Leaves out what had expired then. Absent: nothing is. */
  readonly expired: ExpiryLimit | undefined;
}

/** Adds what a snapshot holds of one adapter: what a dump of it would hold, and nothing else. Throws SnapshotFormatError. */
export type FactReader = (snapshot: ReadableSnapshot, facts: FactSort, reading: FactReading) => void;
