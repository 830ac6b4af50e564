import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error It comes without types.
import dynalite from 'dynalite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { awsItem } from '../forms/unit-json.ts';
import { withUnits } from './golden-units.test-data.ts';
import { batchWritesOf, putItemsOf } from './item-json.ts';

const LIVE = 'live/dynamodb/000000000000006a.fsm';

let server: Server;
let endpoint: string;

beforeEach(async () => {
  server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** Sends a request as the AWS CLI does: the JSON that it is given is that of the protocol. */
async function send(operation: string, json: string): Promise<Record<string, unknown>> {
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    'X-Amz-Date': '20260101T000000Z',
    Authorization:
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
  };
  const answer = await fetch(endpoint, { method: 'POST', headers, body: json });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new Error(`${operation}: ${JSON.stringify(body)}`);
  return body;
}

interface Table {
  readonly name: string;
  readonly items: unknown[];
}

/** Makes the tables of a snapshot. @returns their items. */
async function tables(): Promise<Table[]> {
  const all = new Map<string, Table & { readonly create: unknown }>();
  withUnits(LIVE, 'dynamodb', (units) => {
    for (const { table, item } of units) {
      const { name, hashKey, rangeKey } = table;
      const keys = [hashKey, ...(rangeKey === undefined ? [] : [rangeKey])];
      const create = {
        TableName: name,
        KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: keys.map((AttributeName) => ({
          AttributeName,
          AttributeType: table.attributeTypes[AttributeName],
        })),
        BillingMode: 'PAY_PER_REQUEST',
      };
      if (!all.has(name)) all.set(name, { name, items: [], create });
      all.get(name)!.items.push(JSON.parse(JSON.stringify(awsItem(item))));
    }
  });
  for (const { create } of all.values()) {
    await send('CreateTable', JSON.stringify(create));
  }
  return [...all.values()];
}

async function storedIn(table: string): Promise<string[]> {
  const { Items } = await send('Scan', JSON.stringify({ TableName: table }));
  return (Items as unknown[]).map(sorted).sort();
}

/** Whatever the order of names, and of the elements of sets, and the text of a number. */
function sorted(item: unknown): string {
  return JSON.stringify(item, (name, value) => {
    if (name === 'N') return String(Number(value));
    if (name === 'NS') return value.map(Number).sort();
    if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? [...value].sort() : value;
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort()) : value;
  });
}

test.each([
  ['PutItem', putItemsOf],
  ['BatchWriteItem', batchWritesOf],
] as const)('a server has all items of a node after each line was sent by %s', async (operation, linesOf) => {
  const expected = await tables();
  const lines = withUnits(LIVE, 'dynamodb', (units) => [...linesOf(units)]);
  for (const line of lines) {
    const { UnprocessedItems = {} } = await send(operation, line);
    expect(UnprocessedItems).toEqual({});
  }
  expect(expected.length).toBeGreaterThan(1);
  for (const { name, items } of expected)
    expect([name, await storedIn(name)]).toEqual([name, items.map(sorted).sort()]);
});
