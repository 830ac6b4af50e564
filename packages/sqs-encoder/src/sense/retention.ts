import { fewOf, printable, type Warn } from '@ekv/snapshot';
import { QUEUE_FILE } from '../files/paths.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { looksLikeSeconds } from './seconds.ts';

const EXAMPLES = 3;

/** Messages that a server removes as soon as it starts, counted. */
export class Retention {
  readonly #nowMillis: bigint;
  readonly #shiftMillis: bigint;
  readonly #advice: string;
  #expiresBefore: bigint | undefined;
  #queue: Uint8Array = Buffer.alloc(0);
  #messages = 0;
  #expired = 0;
  #expiredMessages = 0;
  #expiredQueues = 0;
  #inSeconds = 0;
  readonly #examples: string[] = [];

  /**
   * @param nowMillis milliseconds since 1970. @param shiftMillis what was added to the times of all messages.
   * @param advice how they are kept. Default: that for a tree.
   */
  constructor(nowMillis: bigint, shiftMillis: bigint, advice: string = treeAdvice(shiftMillis)) {
    this.#nowMillis = nowMillis;
    this.#shiftMillis = shiftMillis;
    this.#advice = advice;
  }

  /** Starts on the messages of a queue. */
  begin(settings: QueueSettings): void {
    const retention = settings.messageRetentionSeconds;
    this.#queue = settings.name;
    this.#expiresBefore = retention > 0n ? this.#nowMillis - retention * 1000n : undefined;
  }

  take({ sendTimestampMillis }: MessageFields): void {
    this.#messages++;
    if (this.#expiresBefore === undefined || sendTimestampMillis > this.#expiresBefore) return;
    this.#expired++;
    if (looksLikeSeconds(sendTimestampMillis - this.#shiftMillis)) this.#inSeconds++;
  }

  /** To be called after the last message of a queue. */
  end(): void {
    if (this.#expired > 0) {
      this.#expiredQueues++;
      this.#expiredMessages += this.#expired;
      if (this.#examples.length < EXAMPLES)
        this.#examples.push(`${this.#expired} of ${this.#messages} in ${printable(this.#queue)}`);
    }
    this.#expired = this.#messages = 0;
  }

  report(warn: Warn): void {
    if (this.#expiredMessages === 0) return;
    const seconds =
      this.#inSeconds === 0 ? '' : `; the times of ${this.#inSeconds} look like seconds, milliseconds are meant`;
    warn({
      event: 'sqs_past_retention',
      message: `messages are older than their queue keeps them, a server removes them within a minute of its start: ${fewOf(this.#examples, this.#expiredQueues)}; ${this.#advice}${seconds}`,
      fields: { messages: this.#expiredMessages, queues: this.#expiredQueues },
    });
  }
}

function treeAdvice(shiftMillis: bigint): string {
  const raise = `raise "message_retention_seconds" in ${QUEUE_FILE}`;
  return shiftMillis === 0n
    ? `to keep them, encode with the option shiftTimes, which moves the moment of the snapshot to now, or ${raise}`
    : `the option shiftTimes was not enough; to keep them, ${raise}`;
}
