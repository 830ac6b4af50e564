import { JsonBytes } from '@ekv/dump-tree';
import { ScratchFolder, SMALL_SORT_BYTES, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { givenBoolean, givenOnce, isAsyncIterable, isIterable, wrongKind } from '@ekv/snapshot/arguments';
import { partitionOf } from '../layout/partition.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { inCallersWords } from './callers-words.ts';
import { Completion } from './completion.ts';
import { DeduplicationRows } from './deduplication-rows.ts';
import { givenOptions } from './given-options.ts';
import { QueueRows } from './queue-rows.ts';
import { QueueSense } from './queue-sense.ts';
import { refuseAnswer } from './sdk-words.ts';
import { GivenMessages, type SqsMessage } from './sqs-message.ts';
import { type SqsQueue, settingsOf, shownQueue } from './sqs-queue.ts';

/** What `queueRecords` works with. */
export interface QueueRecordsOptions {
  /** For sorts that do not fit into memory. The caller removes it. Default: one that goes with the last row. */
  readonly scratch?: ScratchFolder | undefined;
  /** Gets what a server or its clients cannot use, kind by kind, after the last row. Default: it is not looked for. */
  readonly warn?: Warn | undefined;
  /**
   * Fills in ids, and sequence numbers of a FIFO queue, where they are absent, so that messages keep the order in which they are
   * given. The same messages get the same. Default: a message without an id is refused.
   */
  readonly complete?: boolean | undefined;
}

/**
 * All rows of a queue, lazily: config, generation, for each message its data and two index rows, then deduplication rows
 * and sequence counter of a FIFO queue. Each row has bytes of its own. docs/format/06-sqs.md, section 5.
 *
 * Memory does not depend on the number of messages. Throws ArgumentError, at once for the queue and with its row for a message,
 * that names queue, message and property. Two messages with one id show when the snapshot is written.
 *
 * @param messages from any iterable, or async iterable; of the latter the rows come as they do.
 */
export function queueRecords(
  queue: SqsQueue,
  messages: Iterable<SqsMessage>,
  options?: QueueRecordsOptions,
): Generator<SnapshotRow, void, undefined>;
export function queueRecords(
  queue: SqsQueue,
  messages: AsyncIterable<SqsMessage>,
  options?: QueueRecordsOptions,
): AsyncGenerator<SnapshotRow, void, undefined>;
export function queueRecords(
  queue: SqsQueue,
  messages: Iterable<SqsMessage> | AsyncIterable<SqsMessage>,
  options?: QueueRecordsOptions,
): Generator<SnapshotRow, void, undefined> | AsyncGenerator<SnapshotRow, void, undefined>;
export function queueRecords(
  queue: SqsQueue,
  messages: Iterable<SqsMessage> | AsyncIterable<SqsMessage>,
  options: QueueRecordsOptions = {},
): Generator<SnapshotRow, void, undefined> | AsyncGenerator<SnapshotRow, void, undefined> {
  const settings = settingsOf(queue);
  const { scratch, warn, complete } = givenOptions(options, OPTIONS, 'queueRecords');
  if (complete !== undefined) givenBoolean(complete, 'the option "complete" of queueRecords');
  const given = { scratch, warn, complete };
  const name = `the messages of ${shownQueue(settings.name.toString())}`;
  if (isAsyncIterable<SqsMessage>(messages))
    return rowsAsTheyCome(new QueueLoad(settings, given), givenOnce(messages, name));
  if (isIterable<SqsMessage>(messages)) return rows(new QueueLoad(settings, given), givenOnce(messages, name));
  refuseAnswer(messages, name);
  throw wrongKind(messages, name, 'an iterable or an async iterable of messages');
}

const OPTIONS: ReadonlyArray<keyof QueueRecordsOptions> = ['scratch', 'warn', 'complete'];

function* rows(load: QueueLoad, messages: Iterable<SqsMessage>): Generator<SnapshotRow, void, undefined> {
  try {
    yield* load.queueRows();
    for (const message of messages) yield* load.messageRows(message);
    yield* load.lastRows();
  } finally {
    load.close();
  }
}

async function* rowsAsTheyCome(
  load: QueueLoad,
  messages: AsyncIterable<SqsMessage>,
): AsyncGenerator<SnapshotRow, void, undefined> {
  try {
    yield* load.queueRows();
    for await (const message of messages) {
      // Not yield*, which waits twice for each row.
      for (const row of load.messageRows(message)) yield row;
    }
    yield* load.lastRows();
  } finally {
    load.close();
  }
}

/** A queue on its way to rows. */
class QueueLoad {
  readonly #settings: QueueSettings;
  readonly #limit: string;
  readonly #own: ScratchFolder | undefined;
  readonly #warn: Warn | undefined;
  readonly #messages: GivenMessages;
  readonly #deduplication: DeduplicationRows;
  readonly #rows: QueueRows;
  readonly #sense: QueueSense | undefined;
  readonly #completion: Completion | undefined;

  constructor(settings: QueueSettings, { scratch, warn, complete = false }: QueueRecordsOptions) {
    const name = settings.name.toString();
    this.#settings = settings;
    this.#limit = settings.fifoThroughputLimit.toString();
    this.#own = scratch === undefined ? new ScratchFolder() : undefined;
    const folder = scratch ?? this.#own!;
    this.#warn = warn;
    this.#messages = new GivenMessages(name);
    this.#deduplication = new DeduplicationRows(folder, SMALL_SORT_BYTES);
    this.#rows = new QueueRows(settings, new JsonBytes(), this.#deduplication);
    if (warn !== undefined) this.#sense = new QueueSense(shownQueue(name), settings, this.#messages, folder);
    if (complete) {
      this.#completion = new Completion();
      this.#completion.begin(settings);
    }
  }

  *queueRows(): Generator<SnapshotRow, void, undefined> {
    for (const row of this.#rows.queueRecords()) yield withOwnBytes(row);
  }

  messageRows(message: SqsMessage): readonly SnapshotRow[] {
    const messages = this.#messages;
    messages.take(message);
    const { fields } = messages;
    const broken = this.#completion?.complete(fields);
    if (broken !== undefined) throw messages.error(inCallersWords(broken));
    if (fields.id.length === 0)
      throw messages.error('it has no id; give it one, or give complete to have ids filled in');
    fields.partition = partitionOf(fields.groupId.view(), this.#settings.partitionCount, this.#limit);
    this.#sense?.take(fields);
    const [data, visibility, age] = this.#rows.messageRecords(fields);
    return [withOwnBytes(data!), withOwnBytes(visibility!), withOwnBytes(age!)];
  }

  *lastRows(): Generator<SnapshotRow, void, undefined> {
    for (const row of this.#deduplication.records()) yield withOwnBytes(row);
    const sequence = this.#rows.sequenceRecord();
    if (sequence !== undefined) yield sequence;
    if (this.#warn !== undefined) this.#sense?.report(this.#warn);
  }

  close(): void {
    this.#deduplication.close();
    this.#sense?.close();
    this.#own?.remove();
  }
}

/** Callers may keep rows: the next ones are made in the same buffers. */
function withOwnBytes({ key, value }: SnapshotRow): SnapshotRow {
  const body = value as Uint8Array;
  const bytes = Buffer.allocUnsafe(key.length + body.length);
  bytes.set(key, 0);
  bytes.set(body, key.length);
  return { key: bytes.subarray(0, key.length), value: bytes.subarray(key.length) };
}
