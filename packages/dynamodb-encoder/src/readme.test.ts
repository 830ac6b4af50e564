import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReadmePrograms } from '@ekv/test-support/readme-programs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDynalite } from './bridge/dynalite.test-support.ts';
import { writeExport } from './bridge/export.test-data.ts';

const PACKAGES = ['@ekv/dynamodb-encoder', '@ekv/snapshot', '@ekv/dump-tree', '@ekv/manifest'];

let programs: ReadmePrograms;
let folder: string;
beforeAll(() => {
  programs = new ReadmePrograms(join(import.meta.dirname, '..'), [...PACKAGES, '@aws-sdk/client-dynamodb']);
  folder = programs.folder;
});
afterAll(() => programs.remove());

test('what the first writes, the others read, as items and as a tree, and a tree is written again', async () => {
  expect(programs.count).toBe(6);
  expect(await programs.run(0)).toBe('');
  expect(await programs.run(3)).toBe("orders customer\n{ S: 'alice' } { N: '12.50' }\n");
  expect(await programs.run(4)).toBe('');
  expect(existsSync(join(folder, 'dump/dynamodb/orders/items/alice/1.json'))).toBe(true);
  expect(await programs.run(5)).toBe('');
  expect(existsSync(join(folder, 'again.fsm.encode_info.json'))).toBe(true);
}, 30_000);

test('a table of a server and an export are written', async () => {
  await using server = await startDynalite();
  const { client, endpoint } = server;
  const KeySchema = [{ AttributeName: 'customer', KeyType: 'HASH' as const }];
  const AttributeDefinitions = [{ AttributeName: 'customer', AttributeType: 'S' as const }];
  await client.send(
    new CreateTableCommand({ TableName: 'orders', KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' }),
  );
  await client.send(new PutItemCommand({ TableName: 'orders', Item: { customer: { S: 'of a server' } } }));
  const AWS_ENDPOINT_URL = endpoint;
  const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL };
  expect(await programs.run(1, keys)).toBe('');
  expect(readFileSync(join(folder, 'orders.fsm')).includes('of a server')).toBe(true);

  writeExport(join(folder, 'export'), [['{"Item":{"customer":{"S":"of an export"},"number":{"N":"1"}}}']]);
  expect(await programs.run(2)).toBe('');
  expect(readFileSync(join(folder, 'orders.fsm')).includes('of an export')).toBe(true);
}, 30_000);
