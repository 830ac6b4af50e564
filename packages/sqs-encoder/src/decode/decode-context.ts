import type { JsonBytes, Problems, TreeSink } from '@ekv/dump-tree';
import type { Findings, RowSource, ScratchFolder, Warn } from '@ekv/snapshot';
import type { NotCarried } from './not-carried.ts';
import type { QueueSort } from './queue-sort.ts';

/** What the steps of a decode work with. */
export interface DecodeContext {
  readonly source: RowSource;
  readonly sink: TreeSink;
  readonly scratch: ScratchFolder;
  readonly warn: Warn;
  readonly problems: Problems;
  readonly preserveVisibility: boolean;
  readonly includeSideRecords: boolean;
  readonly json: JsonBytes;
  /** Takes what belongs to queues. */
  readonly queueSort: QueueSort;
  readonly notCarried: NotCarried;
  /** What is wrong with rows that are read all the same. */
  readonly findings: Findings;
  /** Added to the times of messages, ms. */
  readonly shiftMs: bigint;
}
