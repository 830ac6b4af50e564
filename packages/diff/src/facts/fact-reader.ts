import type { ReadableSnapshot } from '@ekv/snapshot';
import type { FactSort } from './fact-sort.ts';

/**
 * Adds what a snapshot holds of one adapter: what a dump of it would hold, and nothing else. Throws SnapshotFormatError.
 *
 * @param scratchRoot folder for sorted runs. Default: the system's.
 */
export type FactReader = (snapshot: ReadableSnapshot, facts: FactSort, scratchRoot: string | undefined) => void;
