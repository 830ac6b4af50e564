import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ReadmePrograms } from '@ekv/test-support/readme-programs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, expect, test } from 'vitest';

const PACKAGES = ['@ekv/sqs-encoder', '@ekv/snapshot', '@aws-sdk/client-sqs'];

let programs: ReadmePrograms;
beforeAll(() => {
  programs = new ReadmePrograms(join(import.meta.dirname, '..'), PACKAGES);
});
afterAll(() => programs.remove());

test('what the first writes the second reads, and the third moves a queue of a server', async () => {
  expect(programs.count).toBe(3);
  expect(await programs.run(0)).toBe('');
  expect(await programs.run(1)).toMatch(/^orders\.fifo 30n\n\w{32} first undefined\n\w{32} second undefined\n$/);
  const server = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' });
  const AWS_ENDPOINT_URL = `http://127.0.0.1:${server.port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: AWS_ENDPOINT_URL, region: 'us-east-1', credentials });
  await client.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const QueueUrl = `${AWS_ENDPOINT_URL}/000000000000/orders`;
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1' };
  expect(await programs.run(2, { ...keys, AWS_ENDPOINT_URL, QUEUE_URL: QueueUrl })).toBe('');
  client.destroy();
  await server.stop();
  expect(readFileSync(join(programs.folder, 'orders.fsm')).includes('!sqs|msg|data|')).toBe(true);
}, 30_000);
