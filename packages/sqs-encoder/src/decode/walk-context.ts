import type { JsonBytes } from '@ekv/dump-tree';
import type { Findings, RowSource, ScratchFolder } from '@ekv/snapshot';
import type { NotCarried } from './not-carried.ts';
import type { QueueSort } from './queue-sort.ts';

/** What those need who bring the rows of queues into the sort, be it for files or for a program. */
export interface WalkContext {
  readonly source: RowSource;
  readonly scratch: ScratchFolder;
  /** Takes what belongs to queues. */
  readonly queueSort: QueueSort;
  readonly json: JsonBytes;
  /** What is wrong with rows that are read all the same. */
  readonly findings: Findings;
  readonly notCarried: NotCarried;
  /** Whether what a tree has no place for is read, too. */
  readonly readsState?: boolean;
  /** Added to the times of messages, ms. */
  readonly shiftMs: bigint;
  /**
   * Takes what a row was refused for: the row is left out of a snapshot that is salvaged; otherwise it is a problem, and the walk goes
   * on, unless the error is thrown on. So is what is not about a row.
   */
  readonly refuse: (error: unknown) => void;
}
