import { JsonBytes, type TreeSink } from '@ekv/dump-tree';
import { ExternalSorter, Findings, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { readSideCounts } from './counted-rows.ts';
import { readCounters, readGenerations } from './counters.ts';
import type { DecodeContext } from './decode-context.ts';
import { readMessages } from './messages.ts';
import { Losses } from './not-carried.ts';
import { readQueues } from './queues.ts';
import { readSideRecords } from './side-records.ts';
import { writeQueues } from './write-queues.ts';

export { SQS_FAMILIES } from '../layout/families.ts';

export interface DecodeSqsOptions {
  /** Gets what the operator should know: messages that were left out, and what a tree does not carry. */
  readonly warn: Warn;
  /** For the sort of messages. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Keeps what receives have changed in messages; encode refuses such a tree. Default: it is reset. */
  readonly preserveVisibility?: boolean;
  /** Also writes index, deduplication, lock, sequence and tombstone rows; encode refuses such a tree. */
  readonly includeSideRecords?: boolean;
  /** Added to the times of messages, ms. Default: 0. */
  readonly shiftMs?: bigint;
}

/**
 * Writes the SQS rows of a snapshot as files below `sqs/`: a folder for each queue, a line for each message.
 *
 * `source` must have been checked with SQS_FAMILIES among its families. Messages are sorted on disk when they are many; one is
 * held in memory at a time. Throws RowError for a row that breaks a rule of docs/format/06-sqs.md.
 */
export function decodeSqs(source: RowSource, sink: TreeSink, options: DecodeSqsOptions): void {
  const { warn, scratch, preserveVisibility = false, includeSideRecords = false, shiftMs = 0n } = options;
  const losses = new Losses();
  const findings = new Findings();
  const context: DecodeContext = {
    source,
    sink,
    scratch,
    warn,
    preserveVisibility,
    includeSideRecords,
    json: new JsonBytes(),
    sorter: new ExternalSorter({ scratch }),
    losses,
    findings,
    shiftMs,
  };
  readQueues(context);
  readGenerations(context);
  readCounters(context);
  readSideCounts(context);
  readMessages(context);
  if (includeSideRecords) readSideRecords(context);
  writeQueues(context);
  findings.report(warn);
  losses.report(warn, preserveVisibility ? 'kept' : 'reset');
}
