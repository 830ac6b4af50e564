import { type ExpiryLimit, givenDecode, I64_MAX, I64_MIN } from '@ekv/adapter';
import { JsonBytes, Problems, type TreeSink } from '@ekv/dump-tree';
import { Findings, type RowSource, type ScratchFolder, type Warn } from '@ekv/snapshot';
import { givenBoolean, givenInteger } from '@ekv/snapshot/arguments';
import { CanonicalRows } from './canonical-rows.ts';
import { countRows } from './counted-rows.ts';
import { readGenerations, readSequences, readTombstones } from './counters.ts';
import type { DecodeContext } from './decode-context.ts';
import { MessageLines } from './message-lines.ts';
import { readMessages } from './messages.ts';
import { NotCarried } from './not-carried.ts';
import { QueueSort } from './queue-sort.ts';
import { readQueues } from './queues.ts';
import { ReceivedLines } from './received-lines.ts';
import { readSideRecords } from './side-records.ts';
import { readSideState } from './side-state.ts';
import { StateLines } from './state-files.ts';
import { writeQueues } from './write-queues.ts';

export { SQS_FAMILIES } from '../layout/families.ts';

/** How `decodeSqs` reads a snapshot. */
export interface DecodeSqsOptions {
  /** Gets what the operator should know: messages that were left out, and what a tree does not carry. */
  readonly warn: Warn;
  /** For the sort of messages. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Keeps what receives have changed in messages; encode refuses such a tree. Default: it is reset. */
  readonly preserveSqsVisibility?: boolean;
  /** Also writes index, deduplication, lock, sequence and tombstone rows; encode refuses such a tree. */
  readonly includeSideRecords?: boolean;
  /** Takes the files of the whole state below `ekv/sqs/`. Default: it is left out. */
  readonly state?: TreeSink | undefined;
  /** Added to the times of messages, ms. Default: 0. */
  readonly shiftMs?: bigint;
  /** Leaves messages out that are older at a moment than their queue keeps them; by the times after the shift. Default: none. */
  readonly expired?: ExpiryLimit | undefined;
}

/**
 * Writes the SQS rows of a snapshot as files below `sqs/`: a folder for each queue, a line for each message.
 *
 * `source` must have been checked with SQS_FAMILIES among its families. Messages are sorted on disk when they are many; one is
 * held in memory at a time.
 *
 * Rows that break a rule of docs/format/06-sqs.md are collected (up to 64): throws a RowError with offset, key and rule for one, a
 * TreeProblemsError for several; what was written before must not be used then. Of a snapshot that is salvaged such rows are
 * left out. ArgumentError for arguments.
 */
export function decodeSqs(source: RowSource, sink: TreeSink, options: DecodeSqsOptions): void {
  givenDecode('decodeSqs', source, sink, options, OPTIONS);
  const { warn, scratch, preserveSqsVisibility = false, includeSideRecords = false } = options;
  givenBoolean(preserveSqsVisibility, 'the option "preserveSqsVisibility" of decodeSqs');
  givenBoolean(includeSideRecords, 'the option "includeSideRecords" of decodeSqs');
  const shiftMs = givenInteger(options.shiftMs ?? 0n, 'the option "shiftMs" of decodeSqs', I64);
  const problems = new Problems();
  const findings = new Findings();
  const notCarried = new NotCarried();
  const context: DecodeContext = {
    source,
    sink,
    scratch,
    warn,
    problems,
    preserveSqsVisibility,
    includeSideRecords,
    readsState: options.state !== undefined,
    state: options.state === undefined ? undefined : new StateLines(scratch),
    json: new JsonBytes(),
    queueSort: new QueueSort(scratch),
    notCarried,
    findings,
    shiftMs,
    expired: options.expired,
    refuse: (error) => problems.attempt(() => source.leaveOut(error)),
  };
  try {
    readQueues(context);
    readGenerations(context);
    readSequences(context);
    readTombstones(context);
    countRows(context);
    const lines = new MessageLines(context.json, preserveSqsVisibility ? 'kept' : 'reset');
    if (context.state !== undefined) readMessages(context, new ReceivedLines(lines, new JsonBytes()));
    else readMessages(context, lines, { shortcut: preserveSqsVisibility ? undefined : new CanonicalRows(lines) });
    if (context.state !== undefined) readSideState(context);
    if (includeSideRecords) readSideRecords(context);
    // Not one queue is written when a row was refused.
    problems.throwIfAny();
    writeQueues(context);
    problems.throwIfAny();
    if (options.state !== undefined) context.state?.writeTo(options.state);
  } finally {
    context.queueSort.close();
    context.state?.close();
  }
  findings.report(warn);
  if (options.state === undefined) notCarried.report(warn, preserveSqsVisibility ? 'kept' : 'reset');
}

const I64 = { min: I64_MIN, max: I64_MAX };

const OPTIONS: ReadonlyArray<keyof DecodeSqsOptions> = [
  'warn',
  'scratch',
  'preserveSqsVisibility',
  'includeSideRecords',
  'shiftMs',
  'expired',
  'state',
];
