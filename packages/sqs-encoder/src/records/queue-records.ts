import { JsonBytes, JsonReader } from '@ekv/dump-tree';
import { DataError, Findings, type ScratchFolder, type SnapshotRow, type Warn } from '@ekv/snapshot';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import { MessageFields } from '../layout/message-fields.ts';
import { partitionOf } from '../layout/partition.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { brokenRule } from '../layout/settings-rules.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';
import { MessageFindings } from '../sense/message-findings.ts';
import { queueFaults } from '../sense/queue-faults.ts';
import { DeduplicationRows } from './deduplication-rows.ts';
import { QueueRows } from './queue-rows.ts';

/** A queue; what is not given gets the default of a server. docs/format/06-sqs.md, section 2.1. */
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
  /** 32 hex digits, section 2.2. Default: computed, if all attributes have a form that SQS knows. */
  readonly md5OfAttributes?: string;
  /** Milliseconds since 1970; retention counts from here. */
  readonly sendTimestampMillis: bigint;
  /** From when on it can be received, ms since 1970. Default: at once. */
  readonly availableAtMillis?: bigint;
  /** Of a FIFO queue: messages of a group keep their order. */
  readonly groupId?: string;
  readonly deduplicationId?: string;
  /** Of a FIFO queue: the order of messages, from 1 on. */
  readonly sequenceNumber?: bigint;
  readonly senderId?: string;
  readonly deadLetterSourceArn?: string;
}

/** What `queueRecords` works with. */
export interface QueueRecordsOptions {
  /** For the sort of deduplication rows. The caller removes it. */
  readonly scratch: ScratchFolder;
  /** Gets what a server or its clients cannot use, kind by kind, after the last record. Default: it is not looked for. */
  readonly warn?: Warn;
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
  { scratch, warn }: QueueRecordsOptions,
): Generator<SnapshotRow> {
  const settings = settingsOf(queue);
  const deduplication = new DeduplicationRows(scratch);
  const rows = new QueueRows(settings, new JsonBytes(), deduplication);
  yield* rows.queueRecords();
  const sense = warn === undefined ? undefined : new QueueSense(queue.name, settings, scratch);
  const fields = new MessageFields();
  const reader = new JsonReader();
  for (const message of messages) {
    fillFields(fields, message, reader);
    fields.partition = partitionOf(fields.groupId.view(), settings.partitionCount, queue.fifoThroughputLimit ?? '');
    sense?.take(fields);
    yield* rows.messageRecords(fields);
  }
  yield* deduplication.records();
  const sequence = rows.sequenceRecord();
  if (sequence !== undefined) yield sequence;
  if (warn !== undefined) sense?.report(warn);
}

/** What a server or its clients cannot use in one queue. A message is named by its number in the order. */
class QueueSense {
  readonly #findings = new Findings();
  readonly #messages: MessageFindings;
  readonly #positions: { number: number; shown(number: number): string };

  constructor(name: string, settings: QueueSettings, scratch: ScratchFolder) {
    const queue = `queue ${JSON.stringify(name)}`;
    for (const { kind, field, says } of queueFaults(settings)) {
      this.#findings.add(kind, () => `${queue}: "${field}" ${says}`);
    }
    this.#positions = { number: 0, shown: (number) => `${queue}, message ${number}` };
    this.#messages = new MessageFindings(this.#findings, scratch, BigInt(Date.now()));
    this.#messages.begin(settings, this.#positions);
  }

  take(fields: MessageFields): void {
    this.#positions.number++;
    this.#messages.take(fields);
  }

  report(warn: Warn): void {
    this.#messages.end();
    this.#findings.report(warn);
  }
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
  fields.md5OfBody.set(Buffer.from(bodyMd5(body)));
  for (const [name, text] of Object.entries(message.attributes ?? {})) {
    const value = Buffer.from(text);
    reader.reset(`attribute ${JSON.stringify(name)} of message ${JSON.stringify(message.id)}`, value);
    fields.attributeValues.set(name, reader.value());
    reader.end();
    fields.attributes.set(name, value);
  }
  const hasAttributes = fields.attributes.size > 0;
  const md5 =
    message.md5OfAttributes ?? (hasAttributes ? attributesMd5(typedAttributes(fields.attributeValues)) : '') ?? '';
  fields.md5OfAttributes.set(Buffer.from(md5));
  fields.senderId.set(Buffer.from(message.senderId ?? ''));
  fields.sendTimestampMillis = message.sendTimestampMillis;
  fields.availableAtMillis = message.availableAtMillis ?? message.sendTimestampMillis;
  fields.groupId.set(Buffer.from(message.groupId ?? ''));
  fields.deduplicationId.set(Buffer.from(message.deduplicationId ?? ''));
  fields.sequenceNumber = message.sequenceNumber ?? 0n;
  fields.deadLetterSourceArn.set(Buffer.from(message.deadLetterSourceArn ?? ''));
}
