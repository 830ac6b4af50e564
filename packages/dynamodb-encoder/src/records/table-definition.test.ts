import { ArgumentError, DataError, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { fromDescribeTable } from '../bridge/aws.ts';
import { defineTable, itemRecords, type KeyDefinition, type TableDefinition, tableRecords } from '../index.ts';
import { dynamodbItems, dynamodbTables } from '../read/index.ts';

test.each([
  [null, 'the definition of a table must be an object, not null'],
  [{ hashKey: 'id' }, 'the name of a table must be text, not nothing'],
  [{ name: Buffer.from('t'), hashKey: 'id' }, 'the name of a table must be text, not bytes'],
  [{ name: 't\ud800', hashKey: 'id' }, 'the name of a table has a lone surrogate, so it has no form in UTF-8'],
  [{ name: 't' }, 'the hash key of the table "t" must be text, not nothing'],
  [{ name: 't', hashKey: 'id', rangeKey: null }, 'the range key of the table "t" must be text, not null'],
  [
    { name: 't', hashKey: 'id', attributeTypes: ['S'] },
    'the attributeTypes of the table "t" must be an object, not an array',
  ],
  [
    { name: 't', hashKey: 'id', attributeTypes: { id: 1 } },
    'the type of the attribute "id" of the table "t" must be text, not a number; write String(...) around it',
  ],
  [{ name: 't', hashKey: 'id', indexes: {} }, 'the indexes of the table "t" must be an array, not an object'],
  [{ name: 't', hashKey: 'id', indexes: ['i'] }, 'index 1 of the table "t" must be an object, not a text'],
  [
    { name: 't', hashKey: 'id', indexes: [{ hashKey: 'a' }] },
    'the name of index 1 of the table "t" must be text, not nothing',
  ],
  [
    { name: 't', hashKey: 'id', indexes: [{ name: 'i' }] },
    'the hash key of the index "i" of the table "t" must be text, not nothing',
  ],
  [
    { name: 't', hashKey: 'id', indexes: [{ name: 'i', hashKey: 'a', nonKeyAttributes: 'abc' }] },
    'the nonKeyAttributes of the index "i" of the table "t" must be an array of names, not a text',
  ],
  [
    { name: 't', hashKey: 'id', indexes: [{ name: 'i', hashKey: 'a', projection: { ProjectionType: 'ALL' } }] },
    'the projection of the index "i" of the table "t" must be text, not an object',
  ],
  [{ name: 't', hashkey: 'id' }, 'the definition of a table has no field "hashkey", did you mean hashKey?'],
  [
    { name: 't', hashKey: 'id', rangKey: 'n' },
    'the definition of a table has no field "rangKey", did you mean rangeKey?',
  ],
  [
    { name: 't', hashKey: 'id', indexes: [{ name: 'i', hashKey: 'a', sortKey: 'b' }] },
    'index 1 of the table "t" has no field "sortKey"; it takes name, hashKey, rangeKey, projection, nonKeyAttributes',
  ],
  [
    { name: 't', hashKey: 'id', indexes: [{ name: 'i', hashKey: 'a', nonKeyAttribute: [] }] },
    'index 1 of the table "t" has no field "nonKeyAttribute", did you mean nonKeyAttributes?',
  ],
  [
    { TableName: 't', KeySchema: [] },
    'the definition of a table is in the words of the SDK; pass an answer to DescribeTable through fromDescribeTable()',
  ],
])('what is no definition is refused: %j', (definition, message) => {
  expect(() => defineTable(definition as never)).toThrow(new ArgumentError(message));
});

test.each([
  [{ name: '', hashKey: 'a' }, 'a table needs a name'],
  [{ name: 't', hashKey: '' }, 'the table "t" needs a hash key'],
  [
    {
      name: 't',
      hashKey: 'a',
      indexes: [
        { name: 'i', hashKey: 'a' },
        { name: 'i', hashKey: 'b' },
      ],
    },
    'the table "t" has two indexes "i"',
  ],
  [{ name: 'n'.repeat(800_000), hashKey: 'a' }, 'the key of the table "nnn'],
] as ReadonlyArray<[TableDefinition, string]>)(
  'a table that can have no rows is a DataError: %j',
  (definition, message) => {
    expect(() => defineTable(definition)).toThrow(DataError);
    expect(() => defineTable(definition)).toThrow(message);
  },
);

test('types may be a Map', () => {
  const attributeTypes = new Map([['id', 'S']]);
  const [row] = tableRecords(defineTable({ name: 't', hashKey: 'id', attributeTypes }));
  expect(row).toEqual(tableRecords(defineTable({ name: 't', hashKey: 'id', attributeTypes: { id: 'S' } }))[0]);
  expect(() => defineTable({ name: 't', hashKey: 'id', attributeTypes: new Set() as never })).toThrow(
    'the attributeTypes of the table "t" must be an object, or a Map, of types by attribute name',
  );
});

test('what is optional may be undefined', () => {
  const keys: KeyDefinition = { hashKey: 'id', rangeKey: undefined };
  const table = defineTable({ name: 't', ...keys, attributeTypes: undefined, indexes: undefined });
  expect(tableRecords(table)).toEqual(tableRecords(defineTable({ name: 't', hashKey: 'id' })));
});

test('a schema that makes no sense is told as that of a tree', () => {
  const warnings: Warning[] = [];
  const table = defineTable({ name: 'tt', hashKey: 'a', attributeTypes: { a: 'X' } });
  tableRecords(table, { warn: (warning) => warnings.push(warning) });
  expect(warnings).toMatchObject([
    {
      event: 'ddb_schema_contradictions',
      doubt: true,
      fields: { example: 'the table "tt": the type "X" of "a" is not S, N or B' },
    },
    {
      event: 'ddb_beyond_limits',
      fields: { example: expect.stringContaining('the table "tt": the name "tt" is not 3 to 255') },
    },
  ]);
});

test('what is no table, and a warn that cannot be called, are refused', () => {
  expect(() => tableRecords({ name: 't' } as never)).toThrow(
    new ArgumentError('the table must be one that defineTable() gave'),
  );
  const table = defineTable({ name: 't', hashKey: 'a' });
  expect(() => tableRecords(table, { warn: console as never })).toThrow(
    new ArgumentError('the option "warn" of tableRecords must be a function, not an object of class Console'),
  );
});

test.each<[string, (options: never) => unknown]>([
  ['tableRecords', (options) => tableRecords(defineTable({ name: 't', hashKey: 'a' }), options)],
  ['itemRecords', (options) => itemRecords(defineTable({ name: 't', hashKey: 'a' }), { a: { S: 'a' } }, options)],
  ['rows', (options) => defineTable({ name: 't', hashKey: 'a' }).rows([], options)],
  ['fromDescribeTable', (options) => fromDescribeTable({ TableName: 't', KeySchema: [] }, options)],
  ['dynamodbTables', (options) => dynamodbTables({ rowsOf: () => undefined } as never, options)],
  ['dynamodbItems', (options) => dynamodbItems({ rowsOf: () => undefined } as never, 't', options)],
])('an option that nobody knows is refused, with the one that was meant: %s', (call, use) => {
  expect(() => use({ colour: 1 } as never)).toThrow(new ArgumentError(`${call} has no option "colour"; it takes warn`));
  expect(() => use({ Warn: () => {} } as never)).toThrow(
    new ArgumentError(`${call} has no option "Warn", did you mean warn?`),
  );
});
