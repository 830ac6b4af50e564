import { JsonBytes } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeItem } from '../files/item-json.ts';
import { JsonMessage } from '../files/json-message.ts';
import { type Attribute, orderedByName, type StoredValue } from '../layout/stored-value.ts';
import type { IndexSchema } from '../layout/table-message.ts';
import { ItemRecords, LONGEST_KEY } from '../records/item-records.ts';
import { Table } from '../records/table.ts';
import { PlainRows } from './plain-rows.ts';

const bytesOf = (text: string) => Buffer.from(text);
const names = ['', 'a', 'b', 'c', 'd'].map(bytesOf);
const name = fc.constantFrom(...names);

const key: fc.Arbitrary<StoredValue> = fc.oneof(
  fc.record({
    kind: fc.constant('N' as const),
    bytes: fc
      .oneof(fc.stringMatching(/^-?[0-9]{1,3}(\.[0-9]{1,2})?$/), fc.constantFrom('1e5', 'x', '', ' 1'))
      .map(bytesOf),
  }),
  fc.record({ kind: fc.constant('S' as const), bytes: fc.string({ unit: 'binary', maxLength: 3 }).map(bytesOf) }),
  fc.record({
    kind: fc.constant('B' as const),
    bytes: fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  }),
);
const value: fc.Arbitrary<StoredValue> = fc.oneof(
  { arbitrary: key, weight: 9 },
  { arbitrary: fc.record({ kind: fc.constant('BOOL' as const), truth: fc.boolean() }), weight: 1 },
);
const items: fc.Arbitrary<Attribute[]> = fc
  .array(fc.record({ name, value }), { maxLength: 8 })
  .map((attributes) => orderedByName(attributes));
const keySchema = fc.record({ hashKey: fc.constantFrom(...names.slice(1)), rangeKey: name });
const index: fc.Arbitrary<IndexSchema> = fc
  .tuple(fc.constantFrom('i', 'j'), fc.record({ hashKey: name, rangeKey: name }))
  .map(([indexName, keys]) => ({
    ...keys,
    name: bytesOf(indexName),
    projection: bytesOf('ALL'),
    nonKeyAttributes: [],
  }));
const tables = fc
  .tuple(keySchema, fc.array(index, { maxLength: 3 }))
  .map(([keys, indexes]) => new Table({ ...keys, name: bytesOf('t'), definitions: [], indexes }));

const json = new JsonBytes();

function textOf(attributes: Attribute[]): Buffer {
  writeItem(json, attributes);
  return Buffer.from(json.view());
}

/** `undefined` when there are none. */
function recordsOf(table: Table, attributes: Attribute[]): ItemRecords | undefined {
  try {
    return new ItemRecords(table, attributes);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

test('rows that are made in place are those that are made of attributes, item after item', () => {
  let made = 0;
  fc.assert(
    fc.property(tables, fc.array(items, { minLength: 1, maxLength: 3 }), (table, several) => {
      const plain = new PlainRows(table, new JsonMessage());
      for (const attributes of several) {
        const text = textOf(attributes);
        if (!plain.read(text, 0, text.length)) continue;
        made++;
        const expected = recordsOf(table, attributes);
        expect(plain.rows().map(({ key, value }) => [key, Buffer.from(value as Uint8Array)])).toEqual(
          expected?.records.map(({ key, value }) => [key, Buffer.from(value as Uint8Array)]),
        );
        expect([plain.key(), plain.identity()]).toEqual([expected?.itemKey, expected?.identity]);
      }
    }),
    { numRuns: 3000 },
  );
  expect(made).toBeGreaterThan(300);
});

const TABLE = new Table({
  name: bytesOf('t'),
  hashKey: bytesOf('a'),
  rangeKey: bytesOf('b'),
  definitions: [],
  indexes: [
    {
      name: bytesOf('i'),
      hashKey: bytesOf('c'),
      rangeKey: bytesOf('d'),
      projection: bytesOf('ALL'),
      nonKeyAttributes: [],
    },
  ],
});

test.each([
  ['in an index', '"c":{"B":"AAE="},"d":{"N":"-1.50"}', 2],
  ['without the hash key of an index', '"d":{"N":"-1.50"}', 1],
  ['without the range key of an index', '"c":{"B":"AAE="}', 1],
])('the rows of an item %s are made in place', (_, fields, count) => {
  const text = bytesOf(`{"a":{"S":"x"},"b":{"N":"7"},${fields}}`);
  const plain = new PlainRows(TABLE, new JsonMessage());
  expect(plain.read(text, 0, text.length)).toBe(true);
  expect(plain.rows()).toHaveLength(count);
});

test.each([
  ['without a key attribute', '{"a":{"S":"x"}}'],
  ['with a key of another kind', '{"a":{"S":"x"},"b":{"BOOL":true}}'],
  ['with an exponent in a key', '{"a":{"S":"x"},"b":{"N":"1e5"}}'],
  ['with an index key of another kind', '{"a":{"S":"x"},"b":{"N":"7"},"c":{"L":[]}}'],
  ['with an index key that is no number', '{"a":{"S":"x"},"b":{"N":"7"},"c":{"N":"x"}}'],
  ['with a key that is too large', `{"a":{"B":"${Buffer.alloc(LONGEST_KEY / 2).toString('base64')}"},"b":{"N":"7"}}`],
])('an item %s is left to its attributes', (_, given) => {
  const text = bytesOf(given);
  expect(new PlainRows(TABLE, new JsonMessage()).read(text, 0, text.length)).toBe(false);
});
