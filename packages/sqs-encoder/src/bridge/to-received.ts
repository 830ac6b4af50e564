import { ArgumentError } from '@ekv/snapshot';
import { givenBytes, givenObject, givenText } from '@ekv/snapshot/arguments';
import type { StoredAttribute, StoredMessage } from '../read/stored-message.ts';

/** A stored message as a client of the AWS SDK v3 would receive it (`Message`), but for the receipt handle. */
export interface ReceivableMessage {
  readonly MessageId: string;
  readonly Body: string;
  readonly MD5OfBody: string | undefined;
  readonly MD5OfMessageAttributes: string | undefined;
  readonly MessageAttributes: Record<string, StoredAttribute> | undefined;
  readonly Attributes: Record<string, string>;
}

/**
 * What a client of the AWS SDK v3 would receive: for code that knows its `Message`. Bytes of a body that are no UTF-8 are U+FFFD
 * there, attributes that SQS does not know are not there. Throws ArgumentError for anything but a stored message.
 */
export function toReceived(message: StoredMessage): ReceivableMessage {
  const { body, attributes } = givenStored(message);
  return {
    MessageId: message.id,
    Body: typeof body === 'string' ? body : Buffer.from(body).toString(),
    MD5OfBody: message.md5OfBody,
    MD5OfMessageAttributes: message.md5OfAttributes,
    MessageAttributes: attributes === undefined ? undefined : knownOf(attributes),
    Attributes: systemAttributes(message),
  };
}

const TEXTS = [
  'id',
  'md5OfBody',
  'md5OfAttributes',
  'senderId',
  'groupId',
  'deduplicationId',
  'deadLetterSourceArn',
] as const;
const NUMBERS = ['sendTimestampMillis', 'receiveCount', 'firstReceiveMillis'] as const;

/** One of a program lacks what receives have changed. */
function givenStored(message: StoredMessage): StoredMessage {
  const name = 'the message of toReceived';
  const { body, attributes, sequenceNumber = 0n } = givenObject(message, name);
  if (NUMBERS.some((field) => typeof message[field] !== 'bigint') || typeof sequenceNumber !== 'bigint')
    throw new ArgumentError(`${name} must be one that sqsMessages() gives`);
  givenBytes(body, `body of ${name}`);
  if (attributes !== undefined) givenObject(attributes, `attributes of ${name}`);
  for (const field of TEXTS) if (message[field] !== undefined) givenText(message[field], `${field} of ${name}`);
  return message;
}

function knownOf(attributes: NonNullable<StoredMessage['attributes']>): Record<string, StoredAttribute> {
  const known = Object.entries(attributes).filter(
    (entry): entry is [string, StoredAttribute] => typeof entry[1] !== 'string',
  );
  return Object.fromEntries(known);
}

function systemAttributes(message: StoredMessage): Record<string, string> {
  const { firstReceiveMillis: first, sequenceNumber } = message;
  const given = {
    SentTimestamp: String(message.sendTimestampMillis),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: first === 0n ? undefined : String(first),
    SenderId: message.senderId,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    SequenceNumber: sequenceNumber === undefined ? undefined : String(sequenceNumber),
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  const there = Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(there);
}
