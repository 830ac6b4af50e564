import { I64_MAX } from '@ekv/adapter';
import type { MessageFields } from '../layout/message-fields.ts';
import { partitionOf } from '../layout/partition.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';

/** What encode refuses in the messages of one queue as a whole; docs/format/06-sqs.md, sections 5.7 and 6. */
export class MessageRules {
  readonly #queue: string;
  readonly #partitions: number;
  readonly #limit: string;
  readonly #shiftMs: bigint;

  /** @param shiftMs added to the times of messages. */
  constructor(settings: QueueSettings, shiftMs: bigint) {
    this.#queue = JSON.stringify(settings.name.toString());
    this.#partitions = settings.partitionCount;
    this.#limit = settings.fifoThroughputLimit.toString();
    this.#shiftMs = shiftMs;
  }

  /** The rule that the message breaks. */
  broken(message: MessageFields): string | undefined {
    const { id, partition } = message;
    if (id.length === 0) return '"message_id" is missing or empty';
    if (this.#partitions > 1) return this.#brokenPartition(message);
    if (partition === undefined || partition === 0) return undefined;
    return `${this.#name(message)} has "partition" ${partition}, but the queue is not partitioned: leave the field out`;
  }

  /** Moves the times of the message. @returns the rule that a time breaks then. */
  move(message: MessageFields): string | undefined {
    const shiftMs = this.#shiftMs;
    if (shiftMs === 0n) return undefined;
    const sent = message.sendTimestampMillis + shiftMs;
    const available = message.availableAtMillis + shiftMs;
    const wrong = isMoved(sent) ? (isMoved(available) ? undefined : 'available_at_millis') : 'send_timestamp_millis';
    if (wrong !== undefined) {
      return `${this.#name(message)} has a "${wrong}" that the option shiftTimes would move by ${shiftMs} ms out of 0 to ${I64_MAX}; mend it`;
    }
    message.sendTimestampMillis = sent;
    message.availableAtMillis = available;
    return undefined;
  }

  #brokenPartition(message: MessageFields): string | undefined {
    const { groupId, partition } = message;
    if (partition === undefined) {
      return `${this.#name(message)} has no "partition", but the queue has ${this.#partitions}: the tree comes from an old decoder, decode the snapshot again`;
    }
    if (partition >= this.#partitions) {
      return `${this.#name(message)} has "partition" ${partition}, but "partition_count" is ${this.#partitions}`;
    }
    const wanted = partitionOf(groupId.view(), this.#partitions, this.#limit);
    if (partition === wanted) return undefined;
    if (this.#limit === 'perQueue')
      return `${this.#name(message)} has "partition" ${partition}; with "fifo_throughput_limit" "perQueue" it must be 0`;
    const group = groupId.length === 0 ? 'a message without group' : `group ${JSON.stringify(groupId.toString())}`;
    return `${this.#name(message)} has "partition" ${partition}, but ${group} belongs to partition ${wanted}`;
  }

  #name({ id }: MessageFields): string {
    return `message ${JSON.stringify(id.toString())} of queue ${this.#queue}`;
  }
}

function isMoved(millis: bigint): boolean {
  return millis >= 0n && millis <= I64_MAX;
}
