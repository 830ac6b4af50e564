import { hash } from 'node:crypto';
import type { JsonBytes } from '@ekv/dump-tree';
import { nameRows, type SnapshotRow } from '@ekv/snapshot';
import { writeCounterValue } from '../layout/counter-value.ts';
import { GENERATION_ROWS, QUEUE_ROWS, SEQUENCE_ROWS } from '../layout/families.ts';
import { ENCODED_GENERATION } from '../layout/generation.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import { writeMessageValue } from '../layout/message-value.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { writeQueueValue } from '../layout/queue-value.ts';
import { MessageKeys, queueKey } from '../layout/row-keys.ts';
import { sqsRowName } from '../layout/row-names.ts';
import { Text } from '../layout/text.ts';
import type { QueueState } from '../state/queue-state.ts';
import type { DeduplicationRows } from './deduplication-rows.ts';
import { ReusedCopy } from './reused-copy.ts';

const SHA256_DIGITS = 64;

/**
 * How a message comes to its rows: `reset`, as one that nobody received; of the whole state `kept`, with what receives have changed
 * in it, and `new`, as one that was put into the tree by hand.
 */
export type MessageOrigin = 'reset' | 'kept' | 'new';

const NOTHING = Buffer.alloc(0);

/** The rows of one queue; docs/format/06-sqs.md, sections 5.2 and 5.3. */
export class QueueRows {
  readonly #settings: QueueSettings;
  readonly #state: QueueState | undefined;
  readonly #generation: bigint;
  readonly #isPartitioned: boolean;
  readonly #deduplication: DeduplicationRows;
  readonly #json: JsonBytes;
  readonly #keys: MessageKeys;
  readonly #records = [emptyRecord(), emptyRecord(), emptyRecord()] as const;
  readonly #id = new ReusedCopy();
  readonly #contentId = new Text();
  #highestSequence = 0n;

  /** @param json is used for values. @param deduplication takes what becomes deduplication rows of all queues. */
  constructor(settings: QueueSettings, json: JsonBytes, deduplication: DeduplicationRows, state?: QueueState) {
    nameRows('!sqs|', sqsRowName);
    this.#settings = settings;
    this.#state = state;
    this.#generation = state?.generation ?? ENCODED_GENERATION;
    this.#isPartitioned = settings.partitionCount > 1;
    this.#deduplication = deduplication;
    this.#json = json;
    this.#keys = new MessageKeys(settings.name, this.#isPartitioned, this.#generation);
    this.#contentId.set(Buffer.allocUnsafe(SHA256_DIGITS));
  }

  /** The config and the generation row. */
  *queueRecords(): Generator<SnapshotRow> {
    const { name } = this.#settings;
    writeQueueValue(this.#json, this.#settings, this.#state);
    yield { key: queueKey(QUEUE_ROWS, name), value: this.#json.view() };
    yield { key: queueKey(GENERATION_ROWS, name), value: writeCounterValue(this.#generation) };
  }

  /**
   * The three rows of a message, valid until the next call. Its partition counts in a partitioned queue alone.
   *
   * @param origin of a `kept` one no deduplication row is made: the tree has those of the node.
   */
  messageRecords(message: MessageFields, origin: MessageOrigin = 'reset'): readonly SnapshotRow[] {
    const partition = this.#isPartitioned ? (message.partition ?? 0) : 0;
    this.#keys.setMessage(partition, message.id);
    if (this.#settings.isFifo) this.#takeFifo(message, origin);
    message.queueGeneration = this.#generation;
    writeMessageValue(this.#json, message, origin === 'reset' ? 'reset' : 'kept');
    const [data, visibility, age] = this.#records;
    data.key = this.#keys.data();
    data.value = this.#json.view();
    const { availableAtMillis, visibleAtMillis } = message;
    const isHidden = origin !== 'reset' && visibleAtMillis !== 0n;
    visibility.key = this.#keys.visibility(isHidden ? visibleAtMillis : availableAtMillis);
    this.#id.copy(message.id.bytes, message.id.start, message.id.end);
    visibility.value = age.value = this.#id.bytes;
    age.key = this.#keys.age(message.sendTimestampMillis);
    return this.#records;
  }

  /** The sequence counter of a FIFO queue, after its last message; `undefined` when neither it nor a message has a number. */
  sequenceRecord(): SnapshotRow | undefined {
    const stored = this.#state?.sequence;
    if (this.#highestSequence === 0n && stored === undefined) return undefined;
    const highest = stored !== undefined && stored > this.#highestSequence ? stored : this.#highestSequence;
    return { key: queueKey(SEQUENCE_ROWS, this.#settings.name), value: writeCounterValue(highest) };
  }

  #takeFifo(message: MessageFields, origin: MessageOrigin): void {
    if (message.sequenceNumber > this.#highestSequence) this.#highestSequence = message.sequenceNumber;
    const id = origin === 'kept' ? undefined : this.#deduplicationId(message);
    if (id === undefined) return;
    const key = this.#keys.deduplication(id, this.#isPartitioned ? message.groupId : undefined);
    this.#deduplication.add(key, message, this.#isPartitioned);
  }

  /** In a queue that deduplicates by content: the SHA-256 of the body in hex. */
  #deduplicationId({ deduplicationId, body }: MessageFields): Text | undefined {
    if (deduplicationId.length > 0) return deduplicationId;
    if (!this.#settings.contentBasedDeduplication) return undefined;
    this.#contentId.bytes.write(hash('sha256', body.view(), 'hex'), 'latin1');
    return this.#contentId;
  }
}

function emptyRecord(): { key: Buffer; value: Buffer } {
  return { key: NOTHING, value: NOTHING };
}
