import { hash } from 'node:crypto';
import { U64_MAX } from '@ekv/adapter';
import type { Warn } from '@ekv/snapshot';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import type { MessageFields } from '../layout/message-fields.ts';
import type { QueueSettings } from '../layout/queue-settings.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';

/** Half of an id, in hex digits: ids of a server have 32. */
const HALF = 16;

/**
 * Fills in what is absent in messages and can be computed: MD5s, ids, and sequence numbers of FIFO queues, both so that messages
 * keep the order of their lines. The same tree gets the same. docs/format/06-sqs.md, section 5.6.
 */
export class Completion {
  #queue: Uint8Array = Buffer.alloc(0);
  #isFifo = false;
  #ordinal = 0;
  #highestSequence = 0n;
  /** The number that was given last in this queue. */
  #givenSequence = 0n;
  readonly #previous = { time: 0n, sequence: 0n, id: Buffer.alloc(0) };
  /** The last id of the tree among the messages that only ids order. */
  #tied: Buffer | undefined;
  readonly #counts = { md5_of_body: 0, md5_of_message_attributes: 0, message_id: 0, sequence_number: 0 };

  /** Starts on the messages of a queue. */
  begin(settings: QueueSettings): void {
    this.#queue = settings.name;
    this.#isFifo = settings.isFifo;
    this.#ordinal = 0;
    this.#highestSequence = this.#givenSequence = 0n;
    this.#tied = undefined;
  }

  /** Completes the next message. @returns the rule that the message breaks when it cannot be completed. */
  complete(message: MessageFields): string | undefined {
    this.#ordinal++;
    const broken = this.#isFifo ? this.#completeSequence(message) : undefined;
    this.#completeId(message);
    if (message.md5OfBody.length === 0) {
      this.#counts.md5_of_body++;
      message.md5OfBody.set(Buffer.from(bodyMd5(message.body.view())));
    }
    if (message.attributes.size > 0 && message.md5OfAttributes.length === 0) this.#completeAttributes(message);
    return broken;
  }

  report(warn: Warn): void {
    const filled = Object.entries(this.#counts).filter(([, count]) => count > 0);
    if (filled.length === 0) return;
    warn({
      event: 'sqs_completed',
      message: `what was absent in messages was filled in: ${filled.map(([field, count]) => `${count} times "${field}"`).join(', ')}; the tree itself stays as it is`,
      fields: Object.fromEntries(filled),
    });
  }

  #completeSequence(message: MessageFields): string | undefined {
    const { sequenceNumber } = message;
    if (sequenceNumber > this.#highestSequence) this.#highestSequence = sequenceNumber;
    if (sequenceNumber !== 0n) {
      if (this.#givenSequence === 0n || sequenceNumber > this.#givenSequence) return undefined;
      return `"sequence_number" ${sequenceNumber} leaves no number for the messages before it that have none: the option complete gave ${this.#givenSequence} to the last of them; number all messages of the queue, or none`;
    }
    if (this.#highestSequence === U64_MAX)
      return '"sequence_number" is missing, and there is none above the highest of the queue';
    this.#counts.sequence_number++;
    message.sequenceNumber = this.#givenSequence = ++this.#highestSequence;
    return undefined;
  }

  /** Ids order messages of one time and sequence number. */
  #completeId(message: MessageFields): void {
    const { id, sendTimestampMillis: time, sequenceNumber: sequence } = message;
    const previous = this.#previous;
    const isTied = this.#ordinal > 1 && time === previous.time && sequence === previous.sequence;
    if (!isTied) this.#tied = undefined;
    if (id.length === 0) {
      this.#counts.message_id++;
      id.set(this.#newId(message, isTied));
    } else this.#tied = Buffer.from(id.view());
    previous.time = time;
    previous.sequence = sequence;
    previous.id = Buffer.from(id.view());
  }

  /** Begins with the number of the message, which grows from line to line. */
  #newId({ body }: MessageFields, isTied: boolean): Buffer {
    const ordinal = this.#ordinal.toString(16).padStart(HALF, '0');
    const content = hash('md5', Buffer.concat([this.#queue, Buffer.from(`\0${ordinal}\0`), body.view()]), 'hex');
    const id = Buffer.from(ordinal + content.slice(0, HALF));
    if (!isTied || this.#tied === undefined || id.compare(this.#previous.id) > 0) return id;
    return Buffer.concat([this.#tied, Buffer.from('-'), id]);
  }

  #completeAttributes(message: MessageFields): void {
    const md5 = attributesMd5(typedAttributes(message.attributeValues));
    if (md5 === undefined) return;
    this.#counts.md5_of_message_attributes++;
    message.md5OfAttributes.set(Buffer.from(md5));
  }
}
