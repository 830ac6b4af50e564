import { isValidUtf8 } from '@ekv/dump-tree';
import type { MessageFields } from '../layout/message-fields.ts';
import type { Text } from '../layout/text.ts';
import type { SqsMessage } from '../records/sqs-message.ts';

/** An attribute of a message, as the AWS SDK has it. */
export interface StoredAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

/** A message of a snapshot, as `queueRecords` takes it; docs/format/06-sqs.md, section 2.2. */
export interface StoredMessage extends SqsMessage {
  /** Name of its queue. */
  readonly queue: string;
  readonly id: string;
  /** A text; bytes where they are not UTF-8. */
  readonly body: string | Uint8Array;
  /** By name, each as the AWS SDK has it; a text is the JSON of one that SQS does not know. */
  readonly attributes: Readonly<Record<string, StoredAttribute | string>> | undefined;
  /** Milliseconds since 1970. */
  readonly sendTimestampMillis: bigint;
  /** From when on it could be received first, as above. */
  readonly availableAtMillis: bigint;
  /** When it could be received again at the moment of the snapshot, as above. */
  readonly visibleAtMillis: bigint;
  /** How often it was received. */
  readonly receiveCount: bigint;
  /** As above; 0 = never. */
  readonly firstReceiveMillis: bigint;
  readonly sequenceNumber: bigint | undefined;
  /** In a partitioned queue. */
  readonly partition: number | undefined;
}

/** The message that the fields hold, with texts and bytes of its own. */
export function storedMessage(queue: string, fields: MessageFields): StoredMessage {
  return {
    queue,
    id: fields.id.toString(),
    body: bodyOf(fields.body),
    attributes: fields.attributes.size === 0 ? undefined : attributesOf(fields),
    md5OfBody: textOf(fields.md5OfBody),
    md5OfAttributes: textOf(fields.md5OfAttributes),
    sendTimestampMillis: fields.sendTimestampMillis,
    availableAtMillis: fields.availableAtMillis,
    visibleAtMillis: fields.visibleAtMillis,
    receiveCount: fields.receiveCount,
    firstReceiveMillis: fields.firstReceiveMillis,
    groupId: textOf(fields.groupId),
    deduplicationId: textOf(fields.deduplicationId),
    sequenceNumber: fields.sequenceNumber === 0n ? undefined : fields.sequenceNumber,
    senderId: textOf(fields.senderId),
    deadLetterSourceArn: textOf(fields.deadLetterSourceArn),
    partition: fields.partition,
  };
}

function textOf(text: Text): string | undefined {
  return text.length === 0 ? undefined : text.toString();
}

function bodyOf(body: Text): string | Uint8Array {
  const { bytes, start, end } = body;
  return isValidUtf8(bytes, start, end) ? body.toString() : new Uint8Array(body.view());
}

function attributesOf({ attributes, attributeValues }: MessageFields): Record<string, StoredAttribute | string> {
  const entries = Array.from(attributes, ([name, json]) => {
    const attribute = attributeOf(attributeValues.get(name));
    return [name, attribute ?? json.toString()] as const;
  });
  return Object.fromEntries(entries);
}

/** `undefined` for what has other members than an attribute, or values of other types. */
function attributeOf(value: unknown): StoredAttribute | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { DataType, StringValue, BinaryValue } = value as Record<string, unknown>;
  if (typeof DataType !== 'string' || Object.keys(value).length !== 2) return undefined;
  if (typeof StringValue === 'string') return { DataType, StringValue };
  if (typeof BinaryValue !== 'string') return undefined;
  const bytes = Buffer.from(BinaryValue, 'base64');
  return bytes.toString('base64') === BinaryValue ? { DataType, BinaryValue: new Uint8Array(bytes) } : undefined;
}
