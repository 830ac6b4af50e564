import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ArgumentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { allOf, later } from '../async-iterables.test-data.ts';
import { defineTable, itemRecords } from '../index.ts';
import { fromSdk } from './aws.ts';

const ITEMS = [{ id: { N: '1' } }, { id: { N: '2' } }];
/** Its names are those of an answer. */
const ODD_ITEM = { id: { N: '3' }, Items: { L: [] }, Count: { N: '5' } };

test('answers are given as groups of items, from any iterable; items are given on', async () => {
  const answers = [{ Items: ITEMS, Count: 2 }, { Items: [], Count: 0 }, { Count: 0 }, ODD_ITEM];
  expect([...fromSdk(answers)]).toEqual([ITEMS, [], [], ODD_ITEM]);
  expect(await allOf(fromSdk(later(answers)))).toEqual([ITEMS, [], [], ODD_ITEM]);
});

test('an answer that counts other items than it has is refused', async () => {
  const message = 'answer 2 counts 5 items and has 0 of them; leave Select out of the Scan, or give it ALL_ATTRIBUTES';
  const answers = [{ Items: [], Count: 0 }, { Count: 5 }];
  expect(() => [...fromSdk(answers)]).toThrow(new ArgumentError(message));
  await expect(allOf(fromSdk(later(answers)))).rejects.toThrow(new ArgumentError(message));
});

test('answers that end before the table does are refused: a part must not be taken for it', async () => {
  const more = { Items: ITEMS, Count: 2, LastEvaluatedKey: { id: { N: '2' } } };
  const message = /^the last answer has a LastEvaluatedKey, so the items after it are missing; give all answers/;
  expect(() => [...fromSdk([more])]).toThrow(message);
  await expect(allOf(fromSdk(later([more])))).rejects.toThrow(message);
  expect([...fromSdk([more, { Items: [] }])]).toHaveLength(2);
});

test('what is neither an answer nor an item is named by the table', () => {
  const table = defineTable({ name: 'tab', hashKey: 'id' });
  expect(() => [...table.rows(fromSdk([{ Items: ITEMS }, null as never]))]).toThrow(
    /^item 3 of the table "tab" must be an object/,
  );
});

test('one answer is no list of answers, and neither is a client', () => {
  for (const wrong of [{ Items: ITEMS }, new DynamoDBClient({ region: 'eu-central-1' })])
    expect(() => fromSdk(wrong as never)).toThrow(
      new ArgumentError(
        'the answers to Scan or Query are one answer or a client; give all answers, as paginateScan() does, or [answer] when it is all',
      ),
    );
  expect(() => fromSdk(Promise.resolve({ Items: ITEMS }) as never)).toThrow(
    new ArgumentError(
      'the answers to Scan or Query must be an iterable or an async iterable, as paginateScan() gives it, not a Promise; write await before it',
    ),
  );
});

test.each([
  { Items: ITEMS, Count: 2 },
  { Count: 0 },
  { Item: ITEMS[0], $metadata: { httpStatusCode: 200 } },
  { Item: ITEMS[0] },
])('an answer in the place of an item is called one, with what to do: %j', (answer) => {
  const table = defineTable({ name: 'tab', hashKey: 'id' });
  const advice =
    'is an answer of the SDK, not an item; pass answers to Scan or Query through fromSdk(), of others give the Item';
  expect(() => itemRecords(table, answer as never)).toThrow(new ArgumentError(`an item of the table "tab" ${advice}`));
  expect(() => [...table.rows([ITEMS[0]!, answer as never])]).toThrow(
    new ArgumentError(`item 2 of the table "tab" ${advice}`),
  );
  expect(() => table.rows(answer as never)).toThrow(
    new ArgumentError(
      'the items of the table "tab" are an answer of the SDK; give all answers, as fromSdk(paginateScan(...))',
    ),
  );
});

test('an attribute may have the name of a part of an answer', () => {
  const table = defineTable({ name: 'tab', hashKey: 'id' });
  const item = { id: { N: '1' }, Items: { L: [] }, $metadata: { S: 'a' } };
  expect(itemRecords(table, item)).toHaveLength(1);
  expect(() => itemRecords(table, { ...item, Items: { L: [5] } } as never)).toThrow('the attribute "Items"[0] of');
});

test('pages that were walked over already are refused: nothing would come of them', () => {
  const table = defineTable({ name: 'tab', hashKey: 'id' });
  const pages = fromSdk([{ Items: ITEMS }]);
  expect([...table.rows(pages)]).toHaveLength(4);
  const rule = 'this generator or stream was given before, and it gives what it has once; make a new one';
  expect(() => table.rows(pages)).toThrow(new ArgumentError(`the items of the table "tab": ${rule}`));
  const answers = later([{ Items: ITEMS }]);
  fromSdk(answers);
  expect(() => fromSdk(answers)).toThrow(new ArgumentError(`the answers to Scan or Query: ${rule}`));
});
