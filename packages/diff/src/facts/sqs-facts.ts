import { type StoredMessage, type StoredQueue, sqsMessages, sqsQueues } from '@ekv/sqs-encoder/read';
import type { FactReader } from './fact-reader.ts';
import type { FactSort } from './fact-sort.ts';
import { packedBytes, packedJson } from './value.ts';

const NO_NAME = Buffer.alloc(0);

/** Queues with their settings, and messages without what receives change in them. */
export const sqsFacts: FactReader = (snapshot, facts, { expired }) => {
  const retentions = new Map<string, bigint>();
  for (const queue of sqsQueues(snapshot)) {
    addQueue(queue, facts);
    if (expired !== undefined) retentions.set(queue.name, queue.messageRetentionSeconds * 1000n);
  }
  for (const message of sqsMessages(snapshot)) {
    const retention = retentions.get(message.queue) ?? 0n;
    if (retention > 0n && expired?.isOver(message.sendTimestampMillis + retention)) continue;
    addMessage(message, facts);
  }
};

function addQueue({ name, ...settings }: StoredQueue, facts: FactSort): void {
  facts.unit({ adapter: 'sqs', scope: Buffer.from(name) });
  addScalars(facts, 'setting', settings);
}

function addMessage(message: StoredMessage, facts: FactSort): void {
  const { queue, id, body, attributes } = message;
  facts.unit({ adapter: 'sqs', scope: Buffer.from(queue), key: Buffer.from(id) });
  addScalars(facts, 'property', {
    sendTimestampMillis: message.sendTimestampMillis,
    availableAtMillis: message.availableAtMillis,
    groupId: message.groupId,
    deduplicationId: message.deduplicationId,
    sequenceNumber: message.sequenceNumber,
    senderId: message.senderId,
    deadLetterSourceArn: message.deadLetterSourceArn,
    partition: message.partition,
    md5OfBody: message.md5OfBody,
    md5OfAttributes: message.md5OfAttributes,
  });
  for (const [name, value] of Object.entries(attributes ?? {}))
    facts.fact('message attribute', Buffer.from(name), packedJson(attributeJson(value)));
  facts.fact('body', NO_NAME, packedBytes(Buffer.from(body)));
}

type Scalar = string | number | bigint | boolean | undefined;

/** By name; `sendTimestampMillis` is the fact "send timestamp millis". */
function addScalars(facts: FactSort, part: 'setting' | 'property', scalars: Readonly<Record<string, Scalar>>): void {
  for (const [name, value] of Object.entries(scalars)) {
    if (value === undefined) continue;
    const words = name.replace(/[A-Z]+/g, (letters) => ` ${letters.toLowerCase()}`);
    facts.fact(part, Buffer.from(words), packedJson(typeof value === 'bigint' ? String(value) : JSON.stringify(value)));
  }
}

function attributeJson(value: NonNullable<StoredMessage['attributes']>[string]): string {
  if (typeof value === 'string') return value;
  const { DataType, StringValue, BinaryValue } = value;
  if (BinaryValue === undefined) return JSON.stringify({ DataType, StringValue });
  return JSON.stringify({ DataType, BinaryValue: Buffer.from(BinaryValue).toString('base64') });
}
