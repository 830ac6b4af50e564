import { hash } from 'node:crypto';
import { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { DataError, type ScratchFolder, type SnapshotRecord } from '@ekv/snapshot';
import { MessageFields } from '../layout/message-fields.ts';
import { partitionOf } from '../layout/partition.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import { DeduplicationRows } from './deduplication-rows.ts';
import { QueueRows } from './queue-rows.ts';

/** A queue; what is not given is what a server takes then. docs/format/06-sqs.md, section 2.1. */
export interface SqsQueue {
  /** With `.fifo` at its end if it is a FIFO queue: clients expect that. */
  readonly name: string;
  readonly fifo?: boolean;
  readonly contentBasedDeduplication?: boolean;
  /** Default 30. */
  readonly visibilityTimeoutSeconds?: bigint;
  /** Default 345600, four days. */
  readonly messageRetentionSeconds?: bigint;
  /** Default 0. */
  readonly delaySeconds?: bigint;
  /** Default 0. */
  readonly receiveMessageWaitSeconds?: bigint;
  /** Bytes; default 262144. */
  readonly maximumMessageSize?: bigint;
  /** JSON text. */
  readonly redrivePolicy?: string;
  /** JSON text. */
  readonly redriveAllowPolicy?: string;
  /** Of a FIFO queue: a power of two, at most 32. Default: not partitioned. */
  readonly partitionCount?: number;
  readonly fifoThroughputLimit?: 'perMessageGroupId' | 'perQueue';
  readonly deduplicationScope?: 'messageGroup' | 'queue';
}

/** A message that nobody has received yet; docs/format/06-sqs.md, section 2.2. */
export interface SqsMessage {
  /** Different for each message of a queue; a server takes 32 lower-case hex digits. */
  readonly id: string;
  readonly body: string | Uint8Array;
  /** JSON text of each attribute by its name, such as `{"DataType":"String","StringValue":"x"}`. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** 32 hex digits, section 2.2; clients check it when there are attributes. */
  readonly md5OfAttributes?: string;
  /** Milliseconds since 1970; retention counts from here. */
  readonly sendTimestampMillis: bigint;
  /** When it can be received first. Default: at once. */
  readonly availableAtMillis?: bigint;
  /** Of a FIFO queue: messages of a group keep their order. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Of a FIFO queue: the order of messages, from 1 on. */
  readonly sequenceNumber?: bigint;
  readonly senderId?: string;
  readonly deadLetterSourceArn?: string;
}

export interface QueueRecordsOptions {
  /** For the sort of deduplication rows. The caller removes it. */
  readonly scratch: ScratchFolder;
}

/**
 * All rows of a queue, lazily: config, generation, for each message its data and two index rows, then deduplication rows
 * and sequence counter of a FIFO queue. Bytes of a record are valid until the next one is asked for.
 *
 * Memory does not depend on the number of messages. Throws DataError for settings and messages that encode refuses in a
 * tree, section 6; two messages with one id show when the snapshot is written.
 */
export function* queueRecords(
  queue: SqsQueue,
  messages: Iterable<SqsMessage>,
  { scratch }: QueueRecordsOptions,
): Generator<SnapshotRecord> {
  const settings = settingsOf(queue);
  const deduplication = new DeduplicationRows(scratch);
  const rows = new QueueRows(settings, new JsonBytes(), deduplication);
  yield* rows.queueRecords();
  const fields = new MessageFields();
  const reader = new JsonReader();
  for (const message of messages) {
    fillFields(fields, message, reader);
    fields.partition = partitionOf(fields.groupId.view(), settings.partitionCount, queue.fifoThroughputLimit ?? '');
    yield* rows.messageRecords(fields);
  }
  yield* deduplication.records();
  const sequence = rows.sequenceRecord();
  if (sequence !== undefined) yield sequence;
}

function settingsOf(queue: SqsQueue): QueueSettings {
  const settings: QueueSettings = {
    name: Buffer.from(queue.name),
    isFifo: queue.fifo ?? false,
    contentBasedDeduplication: queue.contentBasedDeduplication ?? false,
    visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds ?? 30n,
    messageRetentionSeconds: queue.messageRetentionSeconds ?? 345_600n,
    delaySeconds: queue.delaySeconds ?? 0n,
    receiveMessageWaitSeconds: queue.receiveMessageWaitSeconds ?? 0n,
    maximumMessageSize: queue.maximumMessageSize ?? 262_144n,
    redrivePolicy: Buffer.from(queue.redrivePolicy ?? ''),
    redriveAllowPolicy: Buffer.from(queue.redriveAllowPolicy ?? ''),
    partitionCount: queue.partitionCount ?? 0,
    fifoThroughputLimit: Buffer.from(queue.fifoThroughputLimit ?? ''),
    deduplicationScope: Buffer.from(queue.deduplicationScope ?? ''),
  };
  const broken = brokenRule(settings);
  if (broken !== undefined) throw new DataError(`queue ${JSON.stringify(queue.name)}: ${broken.rule}`);
  return settings;
}

function fillFields(fields: MessageFields, message: SqsMessage, reader: JsonReader): void {
  if (message.id === '') throw new DataError('a message has no id');
  const body = Buffer.from(message.body as Uint8Array);
  fields.clear();
  fields.id.set(Buffer.from(message.id));
  fields.body.set(body);
  fields.md5OfBody.set(Buffer.from(hash('md5', body, 'hex')));
  fields.md5OfAttributes.set(Buffer.from(message.md5OfAttributes ?? ''));
  for (const [name, text] of Object.entries(message.attributes ?? {})) {
    const value = Buffer.from(text);
    reader.reset(`attribute ${JSON.stringify(name)} of message ${JSON.stringify(message.id)}`, value);
    reader.value();
    reader.end();
    fields.attributes.set(name, value);
  }
  fields.senderId.set(Buffer.from(message.senderId ?? ''));
  fields.sendTimestampMillis = message.sendTimestampMillis;
  fields.availableAtMillis = message.availableAtMillis ?? message.sendTimestampMillis;
  fields.groupId.set(Buffer.from(message.groupId ?? ''));
  fields.deduplicationId.set(Buffer.from(message.deduplicationId ?? ''));
  fields.sequenceNumber = message.sequenceNumber ?? 0n;
  fields.deadLetterSourceArn.set(Buffer.from(message.deadLetterSourceArn ?? ''));
}
