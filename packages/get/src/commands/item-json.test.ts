import { expect, test } from 'vitest';
import type { DynamodbUnit } from '../units/unit.ts';
import { withUnits } from './golden-units.test-data.ts';
import { batchWritesOf, putItemsOf } from './item-json.ts';

const LIVE = 'live/dynamodb/000000000000006a.fsm';

function unitOf(table: string, item: DynamodbUnit['item']): DynamodbUnit {
  const definition = { name: table, hashKey: 'h', attributeTypes: { h: 'S' }, indexes: [] };
  return {
    adapter: 'dynamodb',
    owner: { adapter: 'dynamodb' },
    address: `dynamodb/${table}/x`,
    table: definition,
    item,
  };
}

interface Requests {
  readonly RequestItems: Record<string, { readonly PutRequest: { readonly Item: unknown } }[]>;
}

test('each item is one request, alone and in batches of up to 25', () => {
  const items = withUnits(LIVE, 'dynamodb', (units) =>
    Array.from(units, ({ table, item }) => ({ table: table.name, item })),
  );
  const puts = withUnits(LIVE, 'dynamodb', (units) => [...putItemsOf(units)]);
  expect(puts.every((line) => line.endsWith('}\n') && !line.slice(0, -1).includes('\n'))).toBe(true);
  const parsed = puts.map((line) => JSON.parse(line));
  expect(parsed.map(({ TableName }) => TableName)).toEqual(items.map(({ table }) => table));
  const batches = withUnits(LIVE, 'dynamodb', (units) => [...batchWritesOf(units)]).map(
    (line) => JSON.parse(line) as Requests,
  );
  const sizes = batches.map(({ RequestItems }) =>
    Object.values(RequestItems).reduce((sum, list) => sum + list.length, 0),
  );
  expect(sizes.slice(0, -1).every((size) => size === 25)).toBe(true);
  const requests = batches.flatMap(({ RequestItems }) =>
    Object.entries(RequestItems).flatMap(([TableName, list]) =>
      list.map(({ PutRequest: { Item } }) => ({ TableName, Item })),
    ),
  );
  expect(requests).toEqual(parsed);
  expect(requests.length).toBeGreaterThan(20);
});

test('a batch has at most 25 requests', () => {
  const items = Array.from({ length: 60 }, (_, i) => unitOf(i < 30 ? 'a' : 'b', { h: { S: String(i) } }));
  const batches = Array.from(batchWritesOf(items), (line) => JSON.parse(line) as Requests);
  expect(
    batches.map(({ RequestItems }) => Object.entries(RequestItems).map(([name, list]) => `${name} ${list.length}`)),
  ).toEqual([['a 25'], ['a 5', 'b 20'], ['b 10']]);
});

test('bytes are base64 at every depth, and names that mean something to a program are names', () => {
  const item = Object.defineProperty({ h: { S: 'a\u202e' }, b: { B: Uint8Array.of(0, 255) } }, '__proto__', {
    value: { M: { deep: { L: [{ BS: [Uint8Array.of(1)] }] } } },
    enumerable: true,
  }) as unknown as DynamodbUnit['item'];
  const [line] = putItemsOf([unitOf('t', item)]);
  expect(line).toBe(
    '{"TableName":"t","Item":{"h":{"S":"a\\u202e"},"b":{"B":"AP8="},"__proto__":{"M":{"deep":{"L":[{"BS":["AQ=="]}]}}}}}\n',
  );
});

test('a batch stays below 16 MB', () => {
  const items = Array.from({ length: 60 }, (_, i) =>
    unitOf('t', { h: { S: String(i) }, v: { S: 'x'.repeat(1 << 20) } }),
  );
  const lines = [...batchWritesOf(items)];
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.every((line) => line.length < 16_000_000)).toBe(true);
});
