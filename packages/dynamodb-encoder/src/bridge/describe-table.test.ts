import { ArgumentError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { defineTable, tableRecords } from '../index.ts';
import { fromDescribeTable } from './aws.ts';

const KEYS = [
  { AttributeName: 'customer', KeyType: 'HASH' },
  { AttributeName: 'number', KeyType: 'RANGE' },
];
const TABLE = {
  TableName: 'orders',
  KeySchema: KEYS,
  AttributeDefinitions: [
    { AttributeName: 'customer', AttributeType: 'S' },
    { AttributeName: 'number', AttributeType: 'N' },
    { AttributeName: 'due', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-due',
      KeySchema: [{ AttributeName: 'due', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['note'] },
    },
  ],
};

test('a described table is the one that a program would define', () => {
  const defined = defineTable({
    name: 'orders',
    hashKey: 'customer',
    rangeKey: 'number',
    attributeTypes: { customer: 'S', number: 'N', due: 'N' },
    indexes: [{ name: 'by-due', hashKey: 'due', projection: 'INCLUDE', nonKeyAttributes: ['note'] }],
  });
  expect(tableRecords(fromDescribeTable({ Table: TABLE }))).toEqual(tableRecords(defined));
  expect(tableRecords(fromDescribeTable(TABLE))).toEqual(tableRecords(defined));
});

test('the order of the key elements does not matter, and lists may be missing', () => {
  const described = fromDescribeTable({ TableName: 'tab', KeySchema: KEYS.toReversed() });
  const defined = defineTable({ name: 'tab', hashKey: 'customer', rangeKey: 'number' });
  expect(tableRecords(described)).toEqual(tableRecords(defined));
});

test('indexes that servers do not have are left out and told', () => {
  const warnings: Warning[] = [];
  const described = fromDescribeTable(
    {
      ...TABLE,
      GlobalSecondaryIndexes: [
        ...TABLE.GlobalSecondaryIndexes,
        { IndexName: 'two', KeySchema: [...KEYS, { AttributeName: 'due', KeyType: 'RANGE' }] },
      ],
      LocalSecondaryIndexes: [
        { IndexName: 'by-alt', KeySchema: KEYS },
        { IndexName: 'by-other', KeySchema: KEYS },
      ],
    },
    { warn: (warning) => warnings.push(warning) },
  );
  expect(tableRecords(described)).toEqual(tableRecords(fromDescribeTable(TABLE)));
  expect(warnings).toMatchObject([
    {
      event: 'ddb_indexes_of_several_attributes',
      loss: true,
      fields: { count: 1, example: 'the index "two" of the table "orders"' },
    },
    {
      event: 'ddb_local_indexes',
      loss: true,
      fields: { count: 2, example: 'the index "by-alt" of the table "orders"' },
    },
  ]);
});

test.each([
  [null, 'the answer to DescribeTable must be an object, not null'],
  [{}, 'the answer to DescribeTable must have a Table with TableName and KeySchema'],
  [{ Table: { TableName: 't' } }, 'the answer to DescribeTable must have a Table with TableName and KeySchema'],
  [{ TableName: 't', KeySchema: {} }, 'the KeySchema of the table "t" must be an array, not an object'],
  [{ TableName: 't', KeySchema: [null] }, 'an element of the KeySchema of the table "t" must be an object, not null'],
  [{ TableName: 't', KeySchema: [] }, 'the KeySchema of the table "t" has no attribute of the KeyType HASH'],
  [
    { TableName: 't', KeySchema: [KEYS[0], KEYS[0]] },
    'the table "t" has a key of several attributes, which no server takes',
  ],
  [
    { ...TABLE, GlobalSecondaryIndexes: [{ IndexName: 'i' }] },
    'the KeySchema of the index "i" of the table "orders" has no attribute of the KeyType HASH',
  ],
  [{ ...TABLE, TableName: 5 }, 'the name of a table must be text, not a number; write String(...) around it'],
  [{ Table: null }, 'the Table of the answer to DescribeTable must be an object, not null'],
  [
    Promise.resolve({ Table: TABLE }),
    'the answer to DescribeTable must be an object, not a Promise; write await before it',
  ],
  [
    { ...TABLE, AttributeDefinitions: [{ AttributeName: Object.create(null), AttributeType: 'S' }] },
    'a name in the attributeTypes of the table "orders" must be text, not an object',
  ],
])('what is no answer to DescribeTable is refused: %j', (answer, message) => {
  expect(() => fromDescribeTable(answer as never)).toThrow(new ArgumentError(message));
});
