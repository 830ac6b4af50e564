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
 * there, attributes that SQS does not know are not there.
 */
export function toReceived(message: StoredMessage): ReceivableMessage {
  const { body, attributes } = message;
  return {
    MessageId: message.id,
    Body: typeof body === 'string' ? body : Buffer.from(body).toString(),
    MD5OfBody: message.md5OfBody,
    MD5OfMessageAttributes: message.md5OfAttributes,
    MessageAttributes: attributes === undefined ? undefined : knownOf(attributes),
    Attributes: systemAttributes(message),
  };
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
