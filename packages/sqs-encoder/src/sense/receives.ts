import type { Warn } from '@ekv/snapshot';
import { type MessageFields, wasReceived } from '../layout/message-fields.ts';

/** Messages that were received: encode forgets that. */
export class Receives {
  #messages = 0;

  take(message: MessageFields): void {
    if (wasReceived(message)) this.#messages++;
  }

  report(warn: Warn): void {
    if (this.#messages === 0) return;
    warn({
      event: 'sqs_in_flight_reset',
      message:
        'receive counts, receipt handles and visibility timeouts of messages are not encoded; they are delivered again',
      fields: { messages: this.#messages },
    });
  }
}
