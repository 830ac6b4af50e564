import { decodedBase64Url } from '@ekv/adapter';
import { type Damage, printable, SINGLE_WARNINGS, type Warn } from '@ekv/snapshot';

/** Messages that are left out, queue by queue; docs/format/06-sqs.md, section 4.4. */
export class LeftOutMessages {
  readonly #warn: Warn;
  readonly #damage: Damage | undefined;
  #orphanQueues = 0;
  #moreOrphans = 0;
  #moreAreLoss = false;
  #staleQueues = 0;
  #moreStale = 0;

  /** @param damage of a snapshot that is salvaged: then the row of a queue may be damaged. */
  constructor(warn: Warn, damage: Damage | undefined) {
    this.#warn = warn;
    this.#damage = damage;
  }

  /**
   * Messages or side records of a queue without a config row.
   *
   * @param part of the queue's name, in base64. @param deleted how many of the messages a tombstone accounts for.
   */
  orphans(part: Buffer, messages: number, deleted: number, sideRecords: number): void {
    if (messages + sideRecords === 0) return;
    const loss = messages > deleted;
    const name = decodedBase64Url(part)!;
    if (loss) this.#damage?.addOrphans(() => `messages of the queue ${printable(name)}`, messages - deleted);
    if (++this.#orphanQueues > SINGLE_WARNINGS) {
      this.#moreOrphans += messages;
      this.#moreAreLoss ||= loss;
      return;
    }
    const [noQueue, hint] = this.#damage === undefined ? NO_QUEUE : NO_READABLE_QUEUE;
    this.#warn({
      event: 'sqs_orphan_messages',
      message: loss
        ? `messages of a queue ${noQueue} were left out`
        : 'leftovers of a deleted or purged queue were left out; the node had not removed them yet',
      fields: {
        queue: name.toString(),
        encoded_queue: part.toString('latin1'),
        buffered_messages: messages,
        of_deleted_generations: deleted,
        buffered_side_records: sideRecords,
        hint: loss ? hint : 'nothing to do',
      },
      loss,
    });
  }

  /** Messages of another generation than the active one: the queue was purged or made again. */
  stale(queue: string, activeGeneration: bigint, dropped: number): void {
    if (dropped === 0) return;
    if (++this.#staleQueues > SINGLE_WARNINGS) {
      this.#moreStale += dropped;
      return;
    }
    this.#warn({
      event: 'sqs_stale_generation_messages_dropped',
      message:
        'messages from before a purge or a deletion of the queue were left out; the node had not removed them yet',
      fields: { queue, active_gen: activeGeneration, dropped, hint: 'nothing to do' },
    });
  }

  finish(): void {
    if (this.#orphanQueues > SINGLE_WARNINGS) {
      this.#warn({
        event: 'sqs_orphan_messages',
        message: 'messages of more queues that do not exist were left out',
        fields: { queues: this.#orphanQueues - SINGLE_WARNINGS, buffered_messages: this.#moreOrphans },
        loss: this.#moreAreLoss,
      });
    }
    if (this.#staleQueues <= SINGLE_WARNINGS) return;
    this.#warn({
      event: 'sqs_stale_generation_messages_dropped',
      message: 'messages from before a purge or a deletion of more queues were left out',
      fields: { queues: this.#staleQueues - SINGLE_WARNINGS, dropped: this.#moreStale },
    });
  }
}

/** What such a queue is, and what to know of its row. */
const NO_QUEUE = ['that does not exist', 'the row of the queue is not in the snapshot'] as const;
const NO_READABLE_QUEUE = [
  'without a row that can be read',
  'the row of the queue is damaged, or not in the snapshot',
] as const;
