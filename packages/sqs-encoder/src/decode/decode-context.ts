import type { JsonBytes, TreeSink } from '@ekv/dump-tree';
import type { ExternalSorter, Findings, RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import type { Losses } from './not-carried.ts';

/** What the steps of a decode work with. */
export interface DecodeContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly preserveVisibility: boolean;
  readonly includeSideRecords: boolean;
  readonly json: JsonBytes;
  /** Takes what belongs to queues; see `queue-sort.ts`. */
  readonly sorter: ExternalSorter;
  readonly losses: Losses;
  /** What contradicts itself in messages that are written. */
  readonly findings: Findings;
  /** Added to the times of messages, ms. */
  readonly shiftMs: bigint;
}
