import { describe, expect, test } from 'vitest';
import { decoded, itemPaths } from '../decode/decoded.test-data.ts';
import { defineTable, type Item, itemRecords, tableRecords } from '../index.ts';

const TABLE = defineTable({
  name: 'orders',
  hashKey: 'customer',
  rangeKey: 'placed',
  attributeTypes: { placed: 'N', customer: 'S' },
  indexes: [{ name: 'by-total', hashKey: 'total', projection: 'INCLUDE', nonKeyAttributes: ['note'] }],
});

test('what a program builds is what decode shows', () => {
  const item: Item = {
    customer: { S: 'alice' },
    placed: { N: '1700000000.25' },
    total: { N: '3' },
    all: { L: [{ B: Uint8Array.of(1) }, { BOOL: false }, { SS: ['a'] }, { NS: ['1'] }, { BS: [Uint8Array.of(2)] }] },
    map: { M: new Map([['__proto__', { NULL: true }]]) },
  };
  const rows = [...tableRecords(TABLE), ...itemRecords(TABLE, item)];
  expect(rows).toHaveLength(4);
  const tree = decoded(rows);
  expect(itemPaths(tree, 'orders')).toEqual(['alice/6800000001%2F4.json']);
  expect(JSON.parse(tree.files['orders/items/alice/6800000001%2F4.json']!)).toMatchObject({
    customer: { S: 'alice' },
    all: { L: [{ B: 'AQ==' }, { BOOL: false }, { SS: ['a'] }, { NS: ['1'] }, { BS: ['Ag=='] }] },
  });
  expect(tree.files['orders/items/alice/6800000001%2F4.json']).toContain('"__proto__"');
  expect(JSON.parse(tree.files['orders/_schema.json']!).global_secondary_indexes).toMatchObject([
    { name: 'by-total', projection: { type: 'INCLUDE', non_key_attributes: ['note'] } },
  ]);
});

describe('a program is told what is wrong', () => {
  test.each([
    ['a key that is missing', { customer: { S: 'a' } }, 'the range attribute "placed" of the table is missing'],
    ['a key that is no number', { customer: { S: 'a' }, placed: { N: 'x' } }, 'must be a decimal number, not "x"'],
    ['a lone surrogate', { customer: { S: '\ud800' }, placed: { N: '1' } }, 'lone surrogate'],
    ['a value without a kind', { customer: {} as never, placed: { N: '1' } }, 'one of the kinds'],
  ] as ReadonlyArray<[string, Item, string]>)('%s', (_, item, message) => {
    expect(() => [...itemRecords(TABLE, item)]).toThrow(message);
  });

  test.each([
    ['a table without a name', { name: '', hashKey: 'a' }, 'a table needs a name'],
    ['a table without a hash key', { name: 't', hashKey: '' }, 'the table "t" needs a hash key'],
    [
      'two indexes of one name',
      {
        name: 't',
        hashKey: 'a',
        indexes: [
          { name: 'i', hashKey: 'a' },
          { name: 'i', hashKey: 'b' },
        ],
      },
      'two indexes "i"',
    ],
  ])('%s', (_, table, message) => {
    expect(() => defineTable(table)).toThrow(message);
  });
});
