import type { TableParts } from '@ekv/adapter';
import { Damage, type SnapshotRow } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { defineTable, itemRecords } from '../index.ts';
import type { AttributeValue } from '../records/attribute-value.ts';
import { type Decoded, decodedTree, itemRow, MemoryTree, tableRow, withSnapshot } from './decoded.test-data.ts';

interface InLines extends Decoded {
  readonly tables: ReadonlyMap<string, TableParts>;
}

function decodedLines(rows: readonly SnapshotRow[], damage?: Damage): InLines {
  const tables = new Map<string, TableParts>();
  const wrote = (folder: string, table: TableParts) => void tables.set(folder, table);
  const parts = { bytes: 4096, wrote };
  const decode = (tree: MemoryTree) =>
    withSnapshot(rows, (snapshot, scratch) => decodedTree(snapshot, scratch, tree, parts), damage);
  return { ...decode(new MemoryTree()), tables };
}

const lines = ({ files }: Decoded, table = 't') => files[`${table}/items/data-00001.jsonl`];
/** An item as tables of the older encoding have it. */
const older = (number: string, more: Record<string, AttributeValue> = {}, generation = 1n) =>
  itemRow('t', generation, `${Buffer.from(number).toString('base64url')}|`, { h: { N: number }, ...more });

test('no tables, and a table without items, have no lines', () => {
  expect(decodedLines([])).toMatchObject({ files: {}, folders: [], tables: new Map() });
  const { files, folders, tables } = decodedLines([tableRow('t')]);
  expect(Object.keys(files)).toEqual(['t/_schema.json']);
  expect(folders).toContain('t/items');
  expect(tables).toEqual(new Map([['t', { parts: 0n, items: 0n }]]));
});

test('items of an older encoding stand in the order of the keys that encode gives them', () => {
  const numbers = ['10', '9', '0.5', '100', '-3'];
  const table = defineTable({ name: 't', hashKey: 'h' });
  const keyOf = (number: string) => [...itemRecords(table, { h: { N: number } })][0]!.key;
  const ordered = numbers.toSorted((a, b) => Buffer.compare(keyOf(a), keyOf(b)));
  const tree = decodedLines([tableRow('t'), ...numbers.map((number) => older(number))]);
  expect(lines(tree)).toBe(ordered.map((number) => `{"h":{"N":"${number}"}}\n`).join(''));
});

test('of a migration the item of the active generation stays, and one of the source alone is there', () => {
  const rows = [
    tableRow('t', { generation: 2, source: 1 }),
    older('1'),
    older('2'),
    older('1', { n: { BOOL: true } }, 2n),
  ];
  const tree = decodedLines(rows);
  expect(lines(tree)?.split('\n').slice(0, -1).toSorted()).toEqual([
    '{"h":{"N":"1"},"n":{"BOOL":true}}',
    '{"h":{"N":"2"}}',
  ]);
  expect(tree.tables.get('t')).toEqual({ parts: 1n, items: 2n });
});

test('two items with one key are refused, and which is said', () => {
  expect(() => decodedLines([tableRow('t'), older('1'), older('1.0')])).toThrow(
    'the table "t" has two items with one key, one of them is {"h":{"N":"1.0"}}; decode with one file per item',
  );
});

test('of two items with one key in a salvaged snapshot the first stays, and the loss is told', () => {
  const tree = decodedLines([tableRow('t'), older('1'), older('1.0')], new Damage());
  expect(lines(tree)).toBe('{"h":{"N":"1"}}\n');
  expect(tree.warnings).toMatchObject([{ event: 'ddb_equal_keys', loss: true, fields: { table: 't', count: 1 } }]);
});

test('items whose names of files would meet have no names here, and no warning', () => {
  const table = defineTable({ name: 't', hashKey: 'h' });
  const keys: AttributeValue[] = [{ S: '5' }, { N: '5' }];
  const tree = decodedLines([tableRow('t'), ...keys.flatMap((h) => [...itemRecords(table, { h })])]);
  expect(tree.tables.get('t')).toEqual({ parts: 1n, items: 2n });
  expect(tree.warnings).toEqual([]);
});
