import { printable, type Warn } from '@ekv/snapshot';
import { QUEUE_FILE } from '../files/paths.ts';
import { isInFlight, type MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';

const EXAMPLES = 3;

/** What a restored server will do with messages that an operator may not expect, counted. */
export class Resets {
  readonly #nowMillis: bigint;
  #expiresBefore: bigint | undefined;
  #queue: Uint8Array = Buffer.alloc(0);
  #messages = 0;
  #expired = 0;
  #expiredMessages = 0;
  #expiredQueues = 0;
  readonly #examples: string[] = [];
  #inFlight = 0;

  /** @param nowMillis milliseconds since 1970. */
  constructor(nowMillis: bigint) {
    this.#nowMillis = nowMillis;
  }

  /** Starts on the messages of a queue. */
  begin(settings: QueueSettings): void {
    this.#end();
    const retention = settings.messageRetentionSeconds;
    this.#queue = settings.name;
    this.#expiresBefore = retention > 0n ? this.#nowMillis - retention * 1000n : undefined;
  }

  take(message: MessageFields): void {
    this.#messages++;
    if (this.#expiresBefore !== undefined && message.sendTimestampMillis <= this.#expiresBefore) this.#expired++;
    if (isInFlight(message)) this.#inFlight++;
  }

  report(warn: Warn): void {
    this.#end();
    if (this.#expiredMessages > 0) {
      const more = this.#expiredQueues > EXAMPLES ? ', ...' : '';
      warn({
        event: 'sqs_past_retention',
        message: `messages are older than their queue keeps them, a server removes them within a minute of its start: ${this.#examples.join(', ')}${more}; to keep them, raise "message_retention_seconds" in ${QUEUE_FILE}`,
        fields: { messages: this.#expiredMessages, queues: this.#expiredQueues },
      });
    }
    if (this.#inFlight === 0) return;
    warn({
      event: 'sqs_in_flight_reset',
      message:
        'receive counts, receipt handles and visibility timeouts of messages are not encoded; they are delivered again',
      fields: { messages: this.#inFlight },
    });
  }

  #end(): void {
    if (this.#expired > 0) {
      this.#expiredQueues++;
      this.#expiredMessages += this.#expired;
      if (this.#examples.length < EXAMPLES)
        this.#examples.push(`${this.#expired} of ${this.#messages} in ${printable(this.#queue)}`);
    }
    this.#expired = this.#messages = 0;
  }
}
