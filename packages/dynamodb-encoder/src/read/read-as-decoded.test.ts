import type { SnapshotRow, Warning } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodedTree, itemRow, tableRow, withSnapshot } from '../decode/decoded.test-data.ts';
import { defineTable, type Item, itemRecords } from '../index.ts';
import { dynamodbItems, type StoredAttributeValue, type StoredItem } from './index.ts';

const NAMES = ['t', 'tab', 'table'];
const number = fc.constantFrom('1', '1.0', '01', '2', '-0', '0', '20e-1', '0x1', 'abc');
const keyValue = fc.oneof(
  number.map((N) => ({ N })),
  fc.constantFrom('', '1', 'a', 'a.json').map((S) => ({ S })),
  fc.constantFrom('', 'a').map((text) => ({ B: Buffer.from(text) })),
);
/** Items under keys of servers of today, or under any others. */
const itemRows = fc
  .record({
    table: fc.constantFrom('t', 't', ...NAMES, 'gone'),
    generation: fc.constantFrom('1', '1', '1', '01', '2', '3'),
    h: keyValue,
    r: keyValue,
    x: fc.nat(),
    parts: fc.option(fc.string({ unit: fc.constantFrom('a', '1', '|', '\0'), minLength: 1, maxLength: 3 })),
  })
  .map(({ table, generation, h, r, x, parts }) => {
    const item = { h, r, x: { N: String(x) } };
    return itemRow(table, generation, parts ?? usualParts(item), item);
  });

function usualParts(item: Item): string {
  try {
    const { key } = itemRecords(defineTable({ name: 'n', hashKey: 'h' }), item)[0]!;
    return Buffer.from(key).toString('latin1').split('|').slice(4).join('|');
  } catch {
    return 'odd';
  }
}

const tableRows = fc
  .record({
    name: fc.constantFrom('t', ...NAMES),
    range: fc.boolean(),
    generation: fc.constantFrom(1, 2),
    source: fc.constantFrom(undefined, 0, 1, 2, 3),
  })
  .map(({ name, source, ...table }) => tableRow(name, source === undefined ? table : { ...table, source }));

test('readers give the items that decode writes, and tell what it tells, whatever generations and keys their rows have', () => {
  let read = 0;
  const rows = fc.tuple(
    fc.array(tableRows, { minLength: 1, maxLength: 3 }),
    fc.array(itemRows, { minLength: 4, maxLength: 12 }),
  );
  const check = fc.property(rows, ([tables, items]) => {
    withSnapshot(unique([...tables, ...items]), (snapshot, scratch) => {
      const { files, warnings } = decodedTree(snapshot, scratch);
      const told: Warning[] = [];
      const written = Object.entries(files).filter(([path]) => path.includes('/items/'));
      const expected = written.map(([path, text]) => `${path.split('/')[0]} ${JSON.stringify(JSON.parse(text))}`);
      const found = Array.from(
        dynamodbItems(snapshot, undefined, { warn: (warning) => told.push(warning) }),
        ({ table, item }) => `${table} ${jsonOf(item)}`,
      );
      expect(found.toSorted()).toEqual(expected.toSorted());
      expect(told.map(withoutPath)).toEqual(warnings.filter(isOfItems).map(withoutPath));
      const name = nameOf(tables[0]!.key);
      const ofOne = Array.from(dynamodbItems(snapshot, name), ({ item }) => `${name} ${jsonOf(item)}`);
      expect(ofOne.toSorted()).toEqual(expected.filter((line) => line.startsWith(`${name} `)).toSorted());
      read += found.length;
    });
  });
  fc.assert(check, { numRuns: 25 });
  expect(read).toBeGreaterThan(10);
});

/** Names of files mean nothing to readers. */
function isOfItems({ event }: Warning): boolean {
  return event !== 'ddb_colliding_names';
}

function withoutPath({ fields: { example, ...fields }, ...warning }: Warning) {
  return { ...warning, fields };
}

function unique(rows: readonly SnapshotRow[]): SnapshotRow[] {
  return [...new Map(rows.map((row) => [Buffer.from(row.key).toString('latin1'), row])).values()];
}

function nameOf(key: Uint8Array): string {
  return Buffer.from(Buffer.from(key).toString().split('|').at(-1)!, 'base64url').toString();
}

/** As the file of an item has it. */
function jsonOf(item: StoredItem): string {
  return JSON.stringify(Object.fromEntries(Object.entries(item).map(([name, value]) => [name, valueJson(value)])));
}

function valueJson(value: StoredAttributeValue): unknown {
  return 'B' in value ? { B: Buffer.from(value.B).toString('base64') } : value;
}
