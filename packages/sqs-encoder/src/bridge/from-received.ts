import { I64_MAX, U64_MAX } from '@ekv/adapter';
import { ArgumentError } from '@ekv/snapshot';
import {
  givenFields,
  givenObject,
  givenOnce,
  givenText,
  givenTime,
  isAsyncIterable,
  isIterable,
  type Time,
  wrongKind,
} from '@ekv/snapshot/arguments';
import { isAnswer } from '../records/sdk-words.ts';
import type { SqsMessage } from '../records/sqs-message.ts';
import type { ReceivedMessage, ReceivedPage } from './sdk-shapes.ts';

/** A message, several of them, or all that a receive gave. */
type Received = ReceivedMessage | readonly ReceivedMessage[] | ReceivedPage;

/** How received messages are taken. */
export interface FromReceivedOptions {
  /** When a message was sent that does not say so. Default: it must. */
  readonly sentAt?: Time | undefined;
}

/**
 * What `queueRecords` takes, of messages that a client of the AWS SDK v3 received, one by one, in arrays or in pages, at once or as they
 * come; JSON lines of them do as well. Ask for all of a message: `MessageSystemAttributeNames: ['All']` and `MessageAttributeNames: ['All']`.
 *
 * An id that is a UUID loses its hyphens, as a server of elastickv has it. A sequence number that 64 bits do not hold, as those of
 * AWS, is left out: with `complete`, `queueRecords` numbers such messages in the order received. What only receives change is not taken.
 *
 * Throws ArgumentError, with its message, that names that by number and field.
 */
export function fromReceived(
  received: Iterable<Received>,
  options?: FromReceivedOptions,
): Generator<SqsMessage, void, undefined>;
export function fromReceived(
  received: AsyncIterable<Received>,
  options?: FromReceivedOptions,
): AsyncGenerator<SqsMessage, void, undefined>;
export function fromReceived(
  received: Iterable<Received> | AsyncIterable<Received>,
  options: FromReceivedOptions = {},
): Generator<SqsMessage, void, undefined> | AsyncGenerator<SqsMessage, void, undefined> {
  const { sentAt } = givenFields(
    givenObject(options, 'the options of fromReceived'),
    OPTIONS,
    'fromReceived',
    'option',
  );
  if (sentAt !== undefined) givenTime(sentAt, 'the option "sentAt" of fromReceived', { min: 0n, max: I64_MAX });
  const taker = new ReceivedMessages(sentAt);
  if (isAsyncIterable<Received>(received)) return asTheyCome(taker, givenOnce(received, NAME));
  if (isIterable<Received>(received)) return atOnce(taker, givenOnce(received, NAME));
  refuseOne(received);
  throw wrongKind(received, NAME, 'an iterable or an async iterable of them');
}

const OPTIONS: ReadonlyArray<keyof FromReceivedOptions> = ['sentAt'];
const NAME = 'received messages';

function refuseOne(received: { readonly send?: unknown } | null | undefined): void {
  if (isAnswer(received))
    throw new ArgumentError(`${NAME} are one answer; give all as they come, or [answer] when it is the only one`);
  if (typeof received?.send === 'function')
    throw new ArgumentError(`${NAME} are a client; give what it answers to ReceiveMessageCommand, as it comes`);
}

function* atOnce(taker: ReceivedMessages, received: Iterable<Received>): Generator<SqsMessage, void, undefined> {
  for (const some of received) for (const message of messagesIn(some)) yield taker.take(message);
}

async function* asTheyCome(
  taker: ReceivedMessages,
  received: AsyncIterable<Received>,
): AsyncGenerator<SqsMessage, void, undefined> {
  for await (const some of received) for (const message of messagesIn(some)) yield taker.take(message);
}

function messagesIn(received: Received): readonly ReceivedMessage[] {
  if (Array.isArray(received)) return received;
  if (!isAnswer(received)) return [received as ReceivedMessage];
  const { Messages: messages } = received as ReceivedPage;
  if (Array.isArray(messages)) return messages;
  // The answer of an empty queue has none.
  if (messages !== undefined) throw wrongKind(messages, 'the Messages of an answer', 'an array');
  const other = Object.keys(received).find((field) => !OF_EMPTY.includes(field));
  if (other === undefined) return [];
  throw new ArgumentError(
    `an answer has ${JSON.stringify(other)} and no Messages; give answers to ReceiveMessageCommand alone`,
  );
}

const OF_EMPTY = ['Messages', '$metadata', 'ResponseMetadata'];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Sequence numbers of AWS have up to 128 bits. */
const DIGITS = /^[0-9]{1,39}$/;

/** Takes one message after the other. */
class ReceivedMessages {
  readonly #sentAt: Time | undefined;
  #number = 0;

  constructor(sentAt: Time | undefined) {
    this.#sentAt = sentAt;
  }

  take(received: ReceivedMessage): SqsMessage {
    this.#number++;
    givenObject(received, () => this.#shown());
    if ('body' in received)
      throw new ArgumentError(
        `${this.#shown()} has body where one of the SDK has Body; messages of a program are given to queueRecords`,
      );
    const { MessageId, Body, MD5OfBody, MD5OfMessageAttributes, MessageAttributes, Attributes = {} } = received;
    givenObject(Attributes, () => `Attributes of ${this.#shown()}`);
    this.#refuseAttributesNotAskedFor(received);
    return {
      id: MessageId === undefined ? undefined : idOf(givenText(MessageId, () => `MessageId of ${this.#shown()}`)),
      body: givenText(Body!, () => `Body of ${this.#shown()}`),
      md5OfBody: MD5OfBody,
      attributes: MessageAttributes,
      md5OfAttributes: MD5OfMessageAttributes,
      sendTimestampMillis: this.#sentAtOf(Attributes.SentTimestamp),
      groupId: Attributes.MessageGroupId,
      deduplicationId: Attributes.MessageDeduplicationId,
      sequenceNumber: this.#sequenceNumber(Attributes.SequenceNumber),
      senderId: Attributes.SenderId,
      deadLetterSourceArn: Attributes.DeadLetterQueueSourceArn,
    };
  }

  #sentAtOf(text: string | undefined): Time {
    const millis = text === undefined ? undefined : this.#integer('SentTimestamp', text);
    if (millis !== undefined && millis <= I64_MAX) return millis;
    if (millis === undefined && this.#sentAt !== undefined) return this.#sentAt;
    throw new ArgumentError(
      millis === undefined
        ? `${this.#shown()} has no SentTimestamp: receive with MessageSystemAttributeNames ['All'], or give sentAt`
        : `Attributes.SentTimestamp of ${this.#shown()} is ${millis}, more than 64 bits hold`,
    );
  }

  #sequenceNumber(text: string | undefined): bigint | undefined {
    if (text === undefined) return undefined;
    const number = this.#integer('SequenceNumber', text);
    return number > U64_MAX ? undefined : number;
  }

  #integer(name: string, text: string): bigint {
    if (typeof text === 'string' && DIGITS.test(text)) return BigInt(text);
    throw wrongKind(text, () => `Attributes.${name} of ${this.#shown()}`, 'decimal digits as text');
  }

  /** They would be lost. */
  #refuseAttributesNotAskedFor({ MD5OfMessageAttributes: md5, MessageAttributes: attributes }: ReceivedMessage): void {
    if (md5 === undefined || attributes !== undefined) return;
    throw new ArgumentError(
      `${this.#shown()} has MD5OfMessageAttributes without MessageAttributes: receive with MessageAttributeNames ['All']`,
    );
  }

  #shown(): string {
    return `received message ${this.#number}`;
  }
}

/** A server of elastickv has 32 hex digits. */
function idOf(id: string): string {
  return UUID.test(id) ? id.replaceAll('-', '').toLowerCase() : id;
}
