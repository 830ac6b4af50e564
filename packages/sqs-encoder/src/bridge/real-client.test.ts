import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { queueRecords } from '../index.ts';
import { type StoredMessage, type StoredQueue, sqsMessages, sqsQueues } from '../read/index.ts';
import { fromQueueAttributes, fromReceived, type QueueAttributes, toReceived } from './aws.ts';

let server: FauxqsServer;
let client: SQSClient;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  client = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(async () => {
  client.destroy();
  await server.stop();
});

async function createQueue(QueueName: string, Attributes: Record<string, string>): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  return QueueUrl!;
}

/** Pages of all messages, each deleted once it was received. */
async function* receive(QueueUrl: string): AsyncGenerator<ReceiveMessageCommandOutput> {
  const all = {
    MessageSystemAttributeNames: ['All' as const],
    MessageAttributeNames: ['All'],
    MaxNumberOfMessages: 10,
  };
  for (;;) {
    const page = await client.send(new ReceiveMessageCommand({ QueueUrl, ...all }));
    yield page;
    if (page.Messages === undefined || page.Messages.length === 0) return;
    const Entries = page.Messages.map(({ ReceiptHandle }, i) => ({ Id: `${i}`, ReceiptHandle }));
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

interface Moved {
  readonly queue: StoredQueue;
  readonly messages: readonly StoredMessage[];
  readonly warnings: readonly Warning[];
}

/** What stands in a snapshot of the queue. */
async function moved(name: string, url: string): Promise<Moved> {
  const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  const attributes: QueueAttributes | undefined = Attributes;
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => warnings.push(warning);
  const queue = fromQueueAttributes(name, attributes, { warn });
  const path = join(temporaryFolder(), 'moved.fsm');
  await writeSnapshot(path, queueRecords(queue, fromReceived(receive(url)), { complete: true, warn }));
  using snapshot = openSnapshot(path);
  return { queue: [...sqsQueues(snapshot)][0]!, messages: [...sqsMessages(snapshot, name)], warnings };
}

test('a standard queue moves with its settings, and its messages with all that clients see of them', async () => {
  const url = await createQueue('orders', { VisibilityTimeout: '45', MessageRetentionPeriod: '1209600' });
  const MessageAttributes = {
    count: { DataType: 'Number', StringValue: '12.50' },
    raw: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 16]) },
  };
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'Zürich <&>', MessageAttributes }));
  for (let i = 0; i < 25; i++) await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: `order ${i}` }));
  const { queue, messages, warnings } = await moved('orders', url);
  expect(warnings).toEqual([]);
  expect(queue).toMatchObject({
    name: 'orders',
    fifo: false,
    visibilityTimeoutSeconds: 45n,
    messageRetentionSeconds: 1_209_600n,
  });
  expect(messages).toHaveLength(26);
  const [first] = messages.filter(({ attributes }) => attributes !== undefined);
  expect(first).toMatchObject({ body: 'Zürich <&>', attributes: MessageAttributes, receiveCount: 0n });
  expect(first!.id).toMatch(/^[0-9a-f]{32}$/);
});

test('a FIFO queue keeps its order, groups and deduplication ids', async () => {
  const url = await createQueue('jobs.fifo', { FifoQueue: 'true', ContentBasedDeduplication: 'true' });
  const sent = Array.from({ length: 12 }, (_, i) => `job ${i}`);
  for (const [i, MessageBody] of sent.entries()) {
    const MessageDeduplicationId = i % 2 === 0 ? `d${i}` : undefined;
    await client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody, MessageGroupId: 'g', MessageDeduplicationId }),
    );
  }
  const { queue, messages, warnings } = await moved('jobs.fifo', url);
  expect(warnings).toEqual([]);
  expect(queue).toMatchObject({ fifo: true, contentBasedDeduplication: true });
  expect(messages.map(({ body }) => body)).toEqual(sent);
  expect(messages.map(({ groupId }) => groupId)).toEqual(sent.map(() => 'g'));
  expect(messages[2]!.deduplicationId).toBe('d2');
});

test('a stored message is the Message of the SDK, and comes back from it', async () => {
  const url = await createQueue('again', {});
  const attributes = { k: { DataType: 'String', StringValue: 'v' } };
  await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x', MessageAttributes: attributes }));
  const { messages } = await moved('again', url);
  const received: Message[] = messages.map(toReceived);
  const [again] = fromReceived(received);
  const { id, body, md5OfBody, md5OfAttributes, sendTimestampMillis, senderId } = messages[0]!;
  expect(again).toMatchObject({ id, body, md5OfBody, attributes, md5OfAttributes, sendTimestampMillis, senderId });
});
