import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { type AttributeValue as GivenValue, type Item, itemRecords } from '../index.ts';
import { dynamodbItems, dynamodbTables, type StoredItem } from '../read/index.ts';
import { fromDescribeTable, fromSdk } from './aws.ts';
import { startDynalite } from './dynalite.test-support.ts';

const ITEMS = 60;

/** A value of each kind, numbers of many digits, and names that objects have already. */
function item(i: number): Record<string, AttributeValue> {
  return {
    customer: { S: `c${i % 7}` },
    number: { N: `${i}.5` },
    ...(i % 2 === 0 && { due: { N: '1800000000' }, alt: { S: `x${i}` } }),
    exact: { N: '12345678901234567890123456789012345678' },
    bytes: { B: Uint8Array.of(0, 255, i) },
    sets: { L: [{ BS: [Uint8Array.of(1), Uint8Array.of(2)] }, { NS: ['1', '-2.5'] }, { SS: ['b', 'a'] }] },
    map: { M: { deep: { B: Uint8Array.of(9) }, none: { NULL: true }, no: { BOOL: false }, empty: { M: {} } } },
    text: { S: 'Zürich \u{10000}' },
  };
}

async function fill(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'customer', AttributeType: 'S' },
        { AttributeName: 'number', AttributeType: 'N' },
        { AttributeName: 'due', AttributeType: 'N' },
        { AttributeName: 'alt', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'customer', KeyType: 'HASH' },
        { AttributeName: 'number', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-due',
          KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      LocalSecondaryIndexes: [
        {
          IndexName: 'by-alt',
          KeySchema: [
            { AttributeName: 'customer', KeyType: 'HASH' },
            { AttributeName: 'alt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 1 }, { TableName });
  for (let i = 0; i < ITEMS; i += 20) {
    const requests = Array.from({ length: 20 }, (_, j) => ({ PutRequest: { Item: item(i + j) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
}

test('a table of a server is written and read back as the SDK gives it', async () => {
  await using server = await startDynalite();
  const { client } = server;
  const TableName = 'orders';
  await fill(client, TableName);
  const folder = mkdtempSync(join(tmpdir(), 'ekv-sdk-'));
  try {
    const path = join(folder, 'orders.fsm');
    const warnings: Warning[] = [];
    const warn = (warning: Warning) => void warnings.push(warning);
    const table = fromDescribeTable(await client.send(new DescribeTableCommand({ TableName })), { warn });
    const pages = paginateScan({ client, pageSize: 25 }, { TableName });
    const { entries } = await writeSnapshot(path, table.rows(fromSdk(pages), { warn }), { adapters: ['dynamodb'] });
    expect(entries).toBe(2 + ITEMS + ITEMS / 2);
    expect(warnings.map(({ event }) => event)).toEqual(['ddb_local_indexes', 'ddb_schema_incomplete']);

    using snapshot = openSnapshot(path);
    const [read] = dynamodbTables(snapshot);
    expect(read).toMatchObject({
      hashKey: 'customer',
      rangeKey: 'number',
      indexes: [{ name: 'by-due', hashKey: 'due' }],
    });
    const items = Array.from(dynamodbItems(snapshot, TableName), (row) => row.item);
    const scanned: Array<Record<string, AttributeValue>> = [];
    for await (const { Items = [] } of paginateScan({ client }, { TableName })) scanned.push(...Items);
    expect(items.map(comparable).toSorted()).toEqual(scanned.map(comparable).toSorted());
    // What readers give, the SDK takes.
    await client.send(new PutItemCommand({ TableName, Item: items[0] }));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Sets have no order at a server. */
function comparable(given: Record<string, AttributeValue>): string {
  const native = unmarshall(given, { wrapNumbers: true });
  return JSON.stringify(native, (_, value: unknown) => {
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (value instanceof Set) return [...value].map((element) => JSON.stringify(element)).toSorted();
    return isFields(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;
  });
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

test('types and values of the SDK are taken without a cast, and what is read is taken by the SDK', () => {
  const given: Record<string, AttributeValue> = {
    ...item(1),
    ...marshall({ native: new Set([1, 2]), list: [{ a: null }] }),
  };
  const taken: Item = given;
  const value: GivenValue = given.customer!;
  const back: Record<string, AttributeValue> = {} satisfies StoredItem as StoredItem;
  expect([taken.customer, back]).toEqual([value, {}]);
  const table = fromDescribeTable({ TableName: 'orders', KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }] });
  expect(itemRecords(table, given)).toHaveLength(1);
});
