import { I64_MAX, I64_MIN, U64_MAX } from '@ekv/adapter';
import { JsonReader } from '@ekv/dump-tree';
import { ArgumentError } from '@ekv/snapshot';
import {
  givenBytes,
  givenFields,
  givenInteger,
  givenObject,
  givenText,
  givenTime,
  type Time,
} from '@ekv/snapshot/arguments';
import { attributesMd5, bodyMd5 } from '../layout/md5.ts';
import { MessageFields } from '../layout/message-fields.ts';
import type { Text } from '../layout/text.ts';
import { typedAttributes } from '../layout/typed-attribute.ts';
import { attributeParts, type MessageAttribute } from './message-attribute.ts';
import { refuseReceived } from './sdk-words.ts';
import { shownQueue } from './sqs-queue.ts';

/** A message that nobody has received yet; docs/format/06-sqs.md, section 2.2. */
export interface SqsMessage {
  /** Different for each message of a queue; a server takes 32 lower-case hex digits. May be absent with `complete`. */
  readonly id?: string | undefined;
  /** Text, or bytes of any kind. */
  readonly body: string | Uint8Array;
  /** By name, each as the AWS SDK has it, or as JSON text. */
  readonly attributes?: Attributes | undefined;
  /** 32 hex digits. Default: computed. */
  readonly md5OfBody?: string | undefined;
  /** 32 hex digits, section 2.2. Default: computed, if all attributes have a form that SQS knows. */
  readonly md5OfAttributes?: string | undefined;
  /** A Date, or milliseconds since 1970; retention counts from here. */
  readonly sendTimestampMillis: Time;
  /** From when on it can be received, as above. Default: at once. */
  readonly availableAtMillis?: Time | undefined;
  /** Of a FIFO queue: messages of a group keep their order. */
  readonly groupId?: string | undefined;
  readonly deduplicationId?: string | undefined;
  /** Of a FIFO queue: the order of messages, from 1 on. May be absent with `complete`. */
  readonly sequenceNumber?: bigint | number | undefined;
  readonly senderId?: string | undefined;
  readonly deadLetterSourceArn?: string | undefined;
}

type Attributes = Readonly<Record<string, MessageAttribute | string>> | ReadonlyMap<string, MessageAttribute | string>;

const FIELDS: ReadonlyArray<keyof SqsMessage> = [
  'id',
  'body',
  'attributes',
  'md5OfBody',
  'md5OfAttributes',
  'sendTimestampMillis',
  'availableAtMillis',
  'groupId',
  'deduplicationId',
  'sequenceNumber',
  'senderId',
  'deadLetterSourceArn',
];

/** What else a message of a snapshot has. It is not written: receives change it, or it follows from the queue. */
const FIELDS_READ = ['queue', 'visibleAtMillis', 'receiveCount', 'firstReceiveMillis', 'partition'];

const KNOWN: readonly string[] = [...FIELDS, ...FIELDS_READ];

const I64 = { min: I64_MIN, max: I64_MAX };
const U64 = { min: 0n, max: U64_MAX };

/** Takes the messages of one queue as a caller gives them, each checked. Errors name queue, message and property. */
export class GivenMessages {
  /** The message that was taken last. */
  readonly fields = new MessageFields();
  readonly #queue: string;
  readonly #reader = new JsonReader();
  /** Of the message, from 1 on. */
  #number = 0;
  #id: unknown;
  /** What is looked at, for an error. */
  #property = '';

  /** @param queue its name. */
  constructor(queue: string) {
    this.#queue = shownQueue(queue);
  }

  /** How many messages were given: the number of the one at hand. */
  get number(): number {
    return this.#number;
  }

  /** A message by its number, for people. */
  shown(number: number): string {
    return `${this.#queue}, message ${number}`;
  }

  /** Throws ArgumentError. */
  take(message: SqsMessage): void {
    this.#number++;
    this.#id = undefined;
    givenObject(message, this.#shownMessage);
    // Each is read once: a getter may give something else the next time.
    const { id, attributes, sequenceNumber } = message;
    this.#id = id;
    this.#checkFields(message);
    const { fields } = this;
    fields.clear();
    this.#text('id', fields.id, id);
    this.#takeBody(message);
    if (attributes !== undefined) this.#takeAttributes(attributes);
    this.#text('md5OfAttributes', fields.md5OfAttributes, message.md5OfAttributes);
    if (fields.attributes.size > 0 && fields.md5OfAttributes.length === 0) {
      const md5 = attributesMd5(typedAttributes(fields.attributeValues));
      if (md5 !== undefined) fields.md5OfAttributes.set(Buffer.from(md5, 'latin1'));
    }
    this.#text('senderId', fields.senderId, message.senderId);
    this.#takeTimes(message);
    this.#text('groupId', fields.groupId, message.groupId);
    this.#text('deduplicationId', fields.deduplicationId, message.deduplicationId);
    this.#property = 'sequenceNumber';
    if (sequenceNumber !== undefined) fields.sequenceNumber = givenInteger(sequenceNumber, this.#shownProperty, U64);
    this.#text('deadLetterSourceArn', fields.deadLetterSourceArn, message.deadLetterSourceArn);
  }

  /** An error about the message that was taken last. */
  error(rule: string): ArgumentError {
    return new ArgumentError(`${this.#shownMessage()}: ${rule}`);
  }

  #checkFields(message: SqsMessage): void {
    for (const field in message) {
      if (KNOWN.includes(field)) continue;
      refuseReceived(message, this.#shownMessage);
      givenFields(message, KNOWN, this.#shownMessage);
    }
  }

  #takeBody({ body, md5OfBody }: SqsMessage): void {
    const { fields } = this;
    this.#property = 'body';
    const { buffer, byteOffset, length } = givenBytes(body, this.#shownProperty);
    const bytes = Buffer.from(buffer, byteOffset, length);
    fields.body.set(bytes);
    this.#text('md5OfBody', fields.md5OfBody, md5OfBody);
    if (fields.md5OfBody.length === 0) fields.md5OfBody.set(Buffer.from(bodyMd5(bytes), 'latin1'));
  }

  #takeAttributes(given: Attributes): void {
    const { attributes, attributeValues } = this.fields;
    this.#property = 'attributes';
    givenObject(given, this.#shownProperty);
    for (const [name, attribute] of given instanceof Map ? given : Object.entries(given)) {
      this.#property = 'the name of an attribute';
      givenText(name, this.#shownProperty);
      this.#property = `attribute ${JSON.stringify(name)}`;
      const { text, value } = attributeParts(attribute, this.#shownProperty, this.#reader);
      attributes.set(name, text);
      attributeValues.set(name, value);
    }
  }

  #takeTimes({ sendTimestampMillis, availableAtMillis }: SqsMessage): void {
    const { fields } = this;
    fields.sendTimestampMillis = this.#time('sendTimestampMillis', sendTimestampMillis);
    fields.availableAtMillis =
      availableAtMillis === undefined ? fields.sendTimestampMillis : this.#time('availableAtMillis', availableAtMillis);
  }

  #time(property: keyof SqsMessage, given: Time): bigint {
    this.#property = property;
    return givenTime(given, this.#shownProperty, given instanceof Date ? undefined : I64);
  }

  #text(property: keyof SqsMessage, into: Text, given: string | undefined): void {
    if (given === undefined) return;
    this.#property = property;
    if (givenText(given, this.#shownProperty) !== '') into.set(Buffer.from(given));
  }

  readonly #shownProperty = (): string => `${this.#property} of ${this.#shownMessage()}`;

  readonly #shownMessage = (): string => {
    if (typeof this.#id !== 'string' || this.#id === '') return `message ${this.#number} of ${this.#queue}`;
    return `message ${JSON.stringify(shortened(this.#id))} of ${this.#queue} (number ${this.#number})`;
  };
}

/** No longer than a line. */
function shortened(id: string): string {
  return id.length > 100 ? `${id.slice(0, 100)}...` : id;
}
