import { locatedRows } from '@ekv/adapter';
import { ArgumentError, fewOf, type ReadableSnapshot, type RowSource, ScratchFolder, type Warn } from '@ekv/snapshot';
import { givenSnapshot, givenText, wrongKind } from '@ekv/snapshot/arguments';
import { readGenerations, readTombstones } from '../decode/counters.ts';
import { LeftOutMessages } from '../decode/left-out-messages.ts';
import { readMessages } from '../decode/messages.ts';
import { QueueWalk } from '../decode/queue-walk.ts';
import { queueJsonIn, readQueues } from '../decode/queues.ts';
import type { WalkContext } from '../decode/walk-context.ts';
import { nameOfBase64Part } from '../layout/base64-parts.ts';
import { MESSAGE_ROWS, QUEUE_ROWS, SQS_FAMILIES } from '../layout/families.ts';
import { queueIn } from '../layout/row-keys.ts';
import { givenOptions } from '../records/given-options.ts';
import { MessageRows } from './message-rows.ts';
import type { StoredMessage } from './stored-message.ts';
import { type StoredQueue, storedQueue } from './stored-queue.ts';
import { storedWalk } from './stored-walk.ts';

/** How queues and messages are read. */
export interface SqsMessagesOptions {
  /** For sorts that do not fit into memory. The caller removes it. Default: one that goes with the loop. */
  readonly scratch?: ScratchFolder | undefined;
  /** Gets what was left out and what is not as it was written, after the last one. Default: it is not looked for. */
  readonly warn?: Warn | undefined;
}

/**
 * The queues of a snapshot, in the order in which decode writes them. The loop may be left early.
 *
 * @throws ArgumentError at once for arguments; in the loop SnapshotFormatError with path, ordinal and key of a row that breaks a
 *   rule of docs/format/06-sqs.md.
 */
export function sqsQueues(
  snapshot: ReadableSnapshot,
  options: SqsMessagesOptions = {},
): Generator<StoredQueue, void, undefined> {
  return opened(givenSnapshot(snapshot), givenOptions(options, OPTIONS, 'sqsQueues'), [QUEUE_ROWS], queuesOf);
}

/**
 * The messages of a queue, or of all queues one after the other, in the order of `messages.jsonl`: by send time, sequence number and
 * id. Messages of earlier generations of a queue, and of queues that do not exist, are not among them. The loop may be left early.
 *
 * They are sorted on disk when they are many: memory does not depend on their number. For all queues one pass does.
 *
 * @param queue its name, or the queue itself. Default: all.
 * @throws ArgumentError at once for arguments, and in the loop for a queue that is not there; SnapshotFormatError as `sqsQueues`.
 */
export function sqsMessages(
  snapshot: ReadableSnapshot,
  queue?: string | Pick<StoredQueue, 'name'> | undefined,
  options: SqsMessagesOptions = {},
): Generator<StoredMessage, void, undefined> {
  const name = nameOf(queue);
  return opened(
    givenSnapshot(snapshot),
    givenOptions(options, OPTIONS, 'sqsMessages'),
    [QUEUE_ROWS, MESSAGE_ROWS],
    (context, warn) => messagesOf(context, name, warn),
  );
}

const OPTIONS: ReadonlyArray<keyof SqsMessagesOptions> = ['scratch', 'warn'];

function nameOf(queue: string | Pick<StoredQueue, 'name'> | undefined): string | undefined {
  if (queue === undefined) return undefined;
  if (typeof queue === 'string') return givenText(queue, 'the name of a queue');
  if (OPTIONS.some((option) => option in Object(queue)))
    throw new ArgumentError(
      'the options of sqsMessages come after the queue; for all queues, sqsMessages(snapshot, undefined, options)',
    );
  const name: unknown = queue?.name;
  if (typeof name === 'string') return givenText(name, 'the name of a queue');
  throw wrongKind(queue, 'the queue', 'its name, or what sqsQueues() gives');
}

/** Walks with a sort that is let go of at the end, however that comes. @param sorted families whose rows go through it. */
function* opened<T>(
  snapshot: ReadableSnapshot,
  { scratch, warn }: SqsMessagesOptions,
  sorted: readonly string[],
  walk: (context: WalkContext, warn: Warn | undefined) => Iterable<T>,
): Generator<T, void, undefined> {
  const source = snapshot.rowsOf(SQS_FAMILIES);
  const own = scratch === undefined ? new ScratchFolder() : undefined;
  const rows = sorted.reduce((sum, family) => sum + source.count(family), 0);
  const context = storedWalk(source, scratch ?? own!, rows);
  try {
    yield* locatedRows(source, walk(context, warn));
  } finally {
    context.queueSort.close();
    own?.remove();
  }
}

function* queuesOf(context: WalkContext, warn: Warn | undefined): Generator<StoredQueue, void, undefined> {
  readQueues(context);
  const walk = new QueueWalk(context.queueSort.sorted());
  while (walk.next()) if (walk.event === 'queue') yield queueAt(walk);
  if (warn !== undefined) context.findings.report(warn);
}

function* messagesOf(
  context: WalkContext,
  name: string | undefined,
  warn: Warn | undefined,
): Generator<StoredMessage, void, undefined> {
  const only = name === undefined ? undefined : partOf(context.source, name);
  const rows = new MessageRows(context.findings);
  readQueues(context);
  readGenerations(context);
  readTombstones(context);
  readMessages(context, rows, { only });
  const walk = new QueueWalk(context.queueSort.sorted());
  const leftOut = warn === undefined ? undefined : new LeftOutMessages(warn, context.source.damage);
  let queue = '';
  while (walk.next()) {
    const { event, bytes, start, end } = walk;
    if (event === 'message') yield rows.message(queue, bytes, start, end);
    else if (event === 'queue') queue = queueAt(walk).name;
    else if (event === 'end of queue') tellLeftOut(walk, queue, leftOut);
  }
  leftOut?.finish();
  if (warn !== undefined) context.findings.report(warn);
}

function queueAt({ bytes, start, end }: QueueWalk): StoredQueue {
  return storedQueue(queueJsonIn(bytes, start, end).json);
}

function tellLeftOut({ queue }: QueueWalk, name: string, leftOut: LeftOutMessages | undefined): void {
  if (queue.exists) leftOut?.stale(name, queue.generation, queue.staleMessages);
  else leftOut?.orphans(queue.part, queue.messages, queue.deletedMessages, 0);
}

const MOST_NAMES = 3;

/** Base64 part of the queue's name, as its row has it. Throws ArgumentError when no queue has the name. */
function partOf(source: RowSource, name: string): Buffer {
  const wanted = Buffer.from(name);
  const others: string[] = [];
  let count = 0;
  for (const rows = source.rows(QUEUE_ROWS); rows.next(); count++) {
    const queue = queueIn(rows, QUEUE_ROWS);
    const found = queue === undefined ? undefined : nameOfBase64Part(queue);
    if (found?.equals(wanted)) return Buffer.from(rows.bytes.subarray(queue!.start, queue!.end));
    if (others.length < MOST_NAMES && found !== undefined) others.push(JSON.stringify(found.toString()));
  }
  const has = count === 0 ? 'no queues' : fewOf(others, count);
  throw new ArgumentError(`${source.path} has no queue ${JSON.stringify(name)}; there are: ${has}`);
}
