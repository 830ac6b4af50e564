import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, DataError, type Warning, writeSnapshot } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { allOf, later } from '../async-iterables.test-data.ts';
import { defineTable, type Item, itemRecords, tableRecords } from '../index.ts';

const ORDERS = defineTable({ name: 'orders', hashKey: 'id', attributeTypes: { id: 'N' } });

const ITEMS: Item[] = [{ id: { N: '1' } }, { id: { N: '2' }, x: { SS: [] } }, { id: { N: '3' }, x: { N: 'five' } }];

test('a table gives its own rows, then those of its items, from any iterable, one by one or in pages', async () => {
  const expected = [...tableRecords(ORDERS), ...ITEMS.flatMap((item) => itemRecords(ORDERS, item))];
  expect([...ORDERS.rows(ITEMS)]).toEqual(expected);
  expect([...ORDERS.rows(new Set(ITEMS))]).toEqual(expected);
  expect([...ORDERS.rows([ITEMS.slice(0, 2), ITEMS[2]!])]).toEqual(expected);
  expect(await allOf(ORDERS.rows(later(ITEMS)))).toEqual(expected);
  expect(await allOf(ORDERS.rows(later([ITEMS.slice(0, 1), [], ITEMS.slice(1)])))).toEqual(expected);
});

test('an item is asked for when its rows are, and a source that is left early is told so', () => {
  let asked = 0;
  let isLeft = false;
  function* items(): Generator<Item> {
    try {
      for (const item of ITEMS) {
        asked++;
        yield item;
      }
    } finally {
      isLeft = true;
    }
  }
  for (const { key } of ORDERS.rows(items())) if (Buffer.from(key).includes('!ddb|item|')) break;
  expect([asked, isLeft]).toEqual([1, true]);
});

test('an async source that is left early is told so', async () => {
  let isLeft = false;
  async function* items(): AsyncGenerator<Item> {
    try {
      for (const item of ITEMS) yield item;
    } finally {
      isLeft = true;
    }
  }
  for await (const { key } of ORDERS.rows(items())) if (Buffer.from(key).includes('!ddb|item|')) break;
  expect(isLeft).toBe(true);
});

test('several tables go into one snapshot side by side, and an error leaves nothing of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-tables-'));
  const path = join(folder, 'two.fsm');
  const users = defineTable({ name: 'users', hashKey: 'id' });
  const { entries } = await writeSnapshot(path, [ORDERS.rows(later(ITEMS)), users.rows([{ id: { S: 'a' } }])]);
  expect(entries).toBe(8);
  rmSync(path);
  await expect(writeSnapshot(path, users.rows(later<Item>([{ id: { S: 'a' } }, {}])))).rejects.toThrow(
    'item 2 of the table "users"',
  );
  expect(existsSync(path)).toBe(false);
  rmSync(folder, { recursive: true });
});

test('what servers and clients cannot use is told once for each kind, with the item', async () => {
  const told = async (rows: (warn: (warning: Warning) => void) => unknown) => {
    const warnings: Warning[] = [];
    await rows((warning) => void warnings.push(warning));
    return warnings.map(({ event, fields }) => [event, fields.count, fields.example]);
  };
  const expected = [
    ['ddb_unservable_items', 1, 'item 2 of the table "orders" (id: "2"), attribute "x": SS is empty'],
    ['ddb_unusable_numbers', 1, 'item 3 of the table "orders" (id: "3"), attribute "x": "five" is no decimal number'],
  ];
  expect(await told((warn) => [...ORDERS.rows(ITEMS, { warn })])).toEqual(expected);
  expect(await told((warn) => allOf(ORDERS.rows(later([ITEMS]), { warn })))).toEqual(expected);
  expect(await told((warn) => itemRecords(ORDERS, ITEMS[1]!, { warn }))).toEqual([
    ['ddb_unservable_items', 1, 'an item of the table "orders" (id: "2"), attribute "x": SS is empty'],
  ]);
});

test('an item that is wrong is named by its number', async () => {
  const missing = new DataError('item 3 of the table "orders": the hash attribute "id" of the table is missing');
  const items = [...ITEMS.slice(0, 2), {}];
  expect(() => [...ORDERS.rows(items)]).toThrow(missing);
  await expect(allOf(ORDERS.rows(later([items])))).rejects.toThrow(missing);
  expect(() => [...ORDERS.rows([ITEMS[0]!, null as never])]).toThrow(
    new ArgumentError(
      'item 2 of the table "orders" must be an object, or a Map, of values by attribute name, not null',
    ),
  );
});

test.each([
  [undefined, 'nothing'],
  ['abc', 'a text'],
  [{ id: { N: '1' } }, 'an object'],
])('items are an iterable: %j is none', (items, kind) => {
  expect(() => ORDERS.rows(items as never)).toThrow(
    new ArgumentError(`the items of the table "orders" must be an iterable or an async iterable, not ${kind}`),
  );
});

test('options are an object', () => {
  const refused = (call: string) => new ArgumentError(`the options of ${call} must be an object, not null`);
  expect(() => ORDERS.rows(ITEMS, null as never)).toThrow(refused('rows'));
  expect(() => tableRecords(ORDERS, null as never)).toThrow(refused('tableRecords'));
  expect(() => itemRecords(ORDERS, ITEMS[0]!, null as never)).toThrow(refused('itemRecords'));
});
