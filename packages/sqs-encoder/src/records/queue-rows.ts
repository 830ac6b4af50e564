import { hash } from 'node:crypto';
import type { JsonBytes } from '@ekv/dump-tree';
import type { SnapshotRecord } from '@ekv/snapshot';
import { GENERATION_ROWS, QUEUE_ROWS, SEQUENCE_ROWS } from '../layout/families.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { MessageKeys } from '../layout/message-keys.ts';
import { writeMessageValue } from '../layout/message-value.ts';
import { type QueueSettings, writeQueueValue } from '../layout/queue-settings.ts';
import { segmentOf } from '../layout/segments.ts';
import type { DeduplicationRows } from './deduplication-rows.ts';

const GENERATION = Buffer.from('1');

/** The rows of one queue, in generation 1; docs/format/06-sqs.md, sections 5.2 and 5.3. */
export class QueueRows {
  readonly #settings: QueueSettings;
  readonly #isPartitioned: boolean;
  readonly #deduplication: DeduplicationRows;
  readonly #json: JsonBytes;
  readonly #keys: MessageKeys;
  readonly #records = [emptyRecord(), emptyRecord(), emptyRecord()] as const;
  #highestSequence = 0n;

  /** @param json is used for values. @param deduplication takes what becomes deduplication rows of all queues. */
  constructor(settings: QueueSettings, json: JsonBytes, deduplication: DeduplicationRows) {
    this.#settings = settings;
    this.#isPartitioned = settings.partitionCount > 1;
    this.#deduplication = deduplication;
    this.#json = json;
    this.#keys = new MessageKeys(settings.name, this.#isPartitioned);
  }

  /** The config and the generation row. */
  *queueRecords(): Generator<SnapshotRecord> {
    const segment = segmentOf(this.#settings.name);
    writeQueueValue(this.#json, this.#settings);
    yield { key: Buffer.from(QUEUE_ROWS + segment), value: this.#json.view() };
    yield { key: Buffer.from(GENERATION_ROWS + segment), value: GENERATION };
  }

  /** The three rows of a message, valid until the next call. Its partition counts in a partitioned queue alone. */
  messageRecords(message: MessageFields): readonly SnapshotRecord[] {
    const partition = this.#isPartitioned ? (message.partition ?? 0) : 0;
    this.#keys.setMessage(partition, message.id);
    if (this.#settings.isFifo) this.#takeFifo(message);
    writeMessageValue(this.#json, message);
    const [data, visibility, age] = this.#records;
    data.key = this.#keys.data();
    data.value = this.#json.view();
    visibility.key = this.#keys.visibility(message.availableAtMillis);
    visibility.value = age.value = message.id.view();
    age.key = this.#keys.age(message.sendTimestampMillis);
    return this.#records;
  }

  /** The sequence counter of a FIFO queue, behind its last message; `undefined` when no message has a number. */
  sequenceRecord(): SnapshotRecord | undefined {
    if (this.#highestSequence === 0n) return undefined;
    const key = Buffer.from(SEQUENCE_ROWS + segmentOf(this.#settings.name));
    return { key, value: Buffer.from(String(this.#highestSequence)) };
  }

  #takeFifo(message: MessageFields): void {
    if (message.sequenceNumber > this.#highestSequence) this.#highestSequence = message.sequenceNumber;
    const id = this.#deduplicationId(message);
    if (id === undefined) return;
    const tail = this.#isPartitioned ? `${message.groupId.toString('base64url')}|${id}` : id;
    this.#deduplication.add(this.#keys.deduplication(tail), message, this.#isPartitioned);
  }

  /** As a segment. */
  #deduplicationId({ deduplicationId, body }: MessageFields): string | undefined {
    if (deduplicationId.length > 0) return deduplicationId.toString('base64url');
    if (!this.#settings.contentBasedDeduplication) return undefined;
    return segmentOf(Buffer.from(hash('sha256', body.view(), 'hex')));
  }
}

function emptyRecord(): { key: Buffer; value: Buffer } {
  return { key: Buffer.alloc(0), value: Buffer.alloc(0) };
}
