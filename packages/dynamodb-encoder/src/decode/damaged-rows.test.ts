import { Damage, type SnapshotRow } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { defineTable, itemRecords, tableRecords } from '../index.ts';
import { decoded, itemPaths, itemRow, tableRow } from './decoded.test-data.ts';

const ITEMS = ['a', 'b', 'c'].map((key) => itemRow('t', 1n, `${key}\0\x01`, { h: { S: key } }));

function salvaged(rows: readonly SnapshotRow[]) {
  const damage = new Damage();
  return { ...decoded(rows, damage), counts: damage.counts() };
}

/** The row with another value. */
function withValue({ key }: SnapshotRow, value: string): SnapshotRow {
  return { key, value: Buffer.from(value, 'latin1') };
}

test('items that break a rule are left out and counted, wherever they stand in their table', () => {
  for (const at of [0, 1, 2]) {
    const rows = ITEMS.map((item, i) => (i === at ? withValue(item, 'broken') : item));
    const result = salvaged([tableRow('t'), ...rows, tableRow('u'), itemRow('u', 1n, 'k', { h: { S: 'k' } })]);
    expect(itemPaths(result)).toEqual(['a.json', 'b.json', 'c.json'].toSpliced(at, 1));
    expect(itemPaths(result, 'u')).toEqual(['k.json']);
    expect(result.counts).toEqual({ rows: 1 });
  }
});

test('the items of a table whose row is damaged are left out and counted, other tables are whole', () => {
  const result = salvaged([withValue(tableRow('t'), 'broken'), ...ITEMS, tableRow('u')]);
  expect(Object.keys(result.files)).toEqual(['u/_schema.json']);
  expect(result.counts).toEqual({ rows: 1, orphans: 3 });
  expect(result.warnings).toMatchObject([
    {
      event: 'ddb_orphan_items',
      message: expect.stringContaining('without a row that can be read'),
      fields: { table: 't', buffered_items: 3 },
    },
  ]);
});

test('items without a table are no damage of a snapshot that is whole otherwise', () => {
  expect(salvaged([...ITEMS, tableRow('u')]).counts).toBeUndefined();
});

test.each([
  ['an item whose key is cut', { key: Buffer.from('!ddb|item|dA|1|'), value: Buffer.alloc(0) }],
  ['an item without its hash attribute', itemRow('t', 1n, 'x', { other: { S: 'x' } })],
  ['an item whose hash attribute can be no key', itemRow('t', 1n, 'x', { h: { BOOL: true } })],
  ['an item whose key is a number that is none', itemRow('t', 1n, 'x', { h: { N: '2 .40' } })],
])('%s is left out, the others are there', (_, wrong) => {
  const result = salvaged([tableRow('t'), ...ITEMS, wrong]);
  expect(itemPaths(result)).toEqual(['a.json', 'b.json', 'c.json']);
  expect(result.counts).toEqual({ rows: 1 });
});

test.each<[string, SnapshotRow]>([
  ['whose name is no UTF-8', { ...tableRow('u'), key: Buffer.from('!ddb|meta|table|_w') }],
  ['without a hash key', withValue(tableRow('u'), '\0DS\x01')],
])('a table %s is left out, the others are whole', (_, wrong) => {
  const result = salvaged([tableRow('t'), ...ITEMS, wrong]);
  expect(Object.keys(result.files).filter((path) => path.endsWith('_schema.json'))).toEqual(['t/_schema.json']);
  expect(result.counts).toEqual({ rows: 1 });
});

test('a table that its row calls otherwise than its key is written under the name of the key', () => {
  const { key } = tableRow('t');
  const result = salvaged([{ ...tableRow('w'), key }, ...ITEMS]);
  expect(JSON.parse(result.files['t/_schema.json']!).table_name).toBe('t');
  expect(itemPaths(result)).toHaveLength(3);
  expect(result.counts).toEqual({ table_names: 1 });
});

test('of a whole snapshot everything is there, and nothing is counted', () => {
  const table = defineTable({ name: 't', hashKey: 'h', indexes: [{ name: 'i', hashKey: 'h' }] });
  const result = salvaged([...tableRecords(table), ...itemRecords(table, { h: { S: 'k' } })]);
  expect([itemPaths(result), result.counts, result.warnings]).toEqual([['k.json'], undefined, []]);
});
