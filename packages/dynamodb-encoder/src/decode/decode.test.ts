import { TreeProblemsError } from '@ekv/dump-tree';
import { RowError, type SnapshotRow } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { defineTable, itemRecords, tableRecords } from '../index.ts';
import type { AttributeValue } from '../records/attribute-value.ts';
import { decoded, itemPaths, itemRow, MemoryTree, tableRow } from './decoded.test-data.ts';

const s = (text: string): AttributeValue => ({ S: text });
const n = (text: string): AttributeValue => ({ N: text });
/** A row under the key that servers give it. */
const row = (item: Record<string, AttributeValue>, range = false): SnapshotRow =>
  [...itemRecords(defineTable({ name: 't', hashKey: 'h', ...(range && { rangeKey: 'r' }) }), item)][0]!;

function refused(rows: SnapshotRow[]): unknown {
  try {
    decoded(rows);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}

test('a table without items has a schema and an empty folder', () => {
  const { files, folders } = decoded([tableRow('t')]);
  expect(Object.keys(files)).toEqual(['t/_schema.json']);
  expect(folders).toContain('t/items');
});

test('without table rows there is no folder', () => {
  expect(decoded([]).folders).toEqual([]);
});

test('items find their table where one name in a key is the beginning of another', () => {
  const tables = ['abc', 'abcdef', 'ab', 'abd'];
  const rows = tables.flatMap((name) => [tableRow(name), itemRow(name, 1n, 'k\0\x01', { h: s(name) })]);
  const tree = decoded(rows);
  for (const name of tables) expect(itemPaths(tree, name)).toEqual([`${name}.json`]);
});

test('generation counters and index rows are not even read', () => {
  const table = defineTable({ name: 't', hashKey: 'h', indexes: [{ name: 'i', hashKey: 'h' }] });
  const rows = [...tableRecords(table), ...itemRecords(table, { h: s('k') })];
  const broken = rows.map(({ key, value }) => ({
    key,
    value: /gsi|gen/.test(Buffer.from(key).toString()) ? Buffer.from('broken') : value,
  }));
  expect(itemPaths(decoded(broken))).toEqual(['k.json']);
});

describe('items without a table', () => {
  test('are left out with one warning for each table', () => {
    const rows = ['a', 'b'].map((name) => itemRow('gone', 1n, name, { h: s(name) }));
    const { files, warnings } = decoded([...rows, tableRow('t')]);
    expect(Object.keys(files)).toEqual(['t/_schema.json']);
    expect(warnings).toMatchObject([
      { event: 'ddb_orphan_items', loss: true, fields: { encoded_table: 'Z29uZQ', table: 'gone', buffered_items: 2 } },
    ]);
  });

  test('are checked all the same', () => {
    const orphan = itemRow('gone', 1n, 'a', {});
    expect((refused([{ ...orphan, value: Buffer.from('x') }]) as RowError).rule).toContain('magic');
  });

  test('of more than 20 tables have one more warning with a count', () => {
    const rows = Array.from({ length: 23 }, (_, i) => itemRow(`gone${i}`, 1n, 'a', {}));
    const { warnings } = decoded(rows);
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)?.fields).toEqual({ tables: 3, rows: 3 });
  });
});

describe('generations', () => {
  test('items of other generations are left out with a count', () => {
    const rows = [1, 2, 3].map((generation) => itemRow('t', BigInt(generation), 'k\0\x01', { h: s(`g${generation}`) }));
    const tree = decoded([tableRow('t', { generation: 2 }), ...rows]);
    expect(itemPaths(tree)).toEqual(['g2.json']);
    expect(tree.warnings).toMatchObject([
      {
        event: 'ddb_stale_generation_items',
        loss: true,
        fields: { table: 't', active_generation: 2n, migration_source_generation: 0n, stale_count: 2 },
      },
    ]);
  });

  test('a generation with leading zeros is the same', () => {
    const rows = [itemRow('t', '1', 'a\0\x01', { h: s('a') }), itemRow('t', '01', 'b\0\x01', { h: s('b') })];
    expect(itemPaths(decoded([tableRow('t'), ...rows]))).toEqual(['a.json', 'b.json']);
  });

  test('items of a migration source stay unless the active generation has the key, compared as numbers', () => {
    const tree = decoded([
      tableRow('t', { generation: 2, source: 1 }),
      itemRow('t', 1n, 'MS4wMA|', { h: n('1.00'), from: s('source') }),
      itemRow('t', 1n, 'Mg|', { h: n('2'), from: s('source') }),
      itemRow('t', 2n, '\x02\x02\x01\x01\0\xff1\0\x01', { h: n('1'), from: s('active') }),
    ]);
    expect(itemPaths(tree)).toEqual(['1.json', '2.json']);
    expect(tree.files['t/items/1.json']).toContain('active');
    expect(tree.files['t/items/2.json']).toContain('source');
    expect(tree.warnings).toEqual([]);
  });

  test('an item of a migration source that only shares a file name with an active one is kept under another name', () => {
    const tree = decoded([
      tableRow('t', { generation: 2, source: 1 }),
      itemRow('t', 1n, 'NQ|', { h: s('5') }),
      itemRow('t', 2n, '\x02\x02\x01\x01\0\xff5\0\x01', { h: n('5') }),
    ]);
    expect(itemPaths(tree)).toHaveLength(2);
  });
});

describe('names that meet', () => {
  test('a text and a number of one spelling are both kept, the first key under its ordinary name', () => {
    const rows = [row({ h: s('5') }), row({ h: n('5') }), row({ h: s('6') })];
    const tree = decoded([tableRow('t'), ...rows]);
    const [own, ...others] = itemPaths(tree).filter((path) => path !== '6.json');
    expect([own, ...others].sort()).toEqual(['5.json', expect.stringMatching(/^[0-9a-f]{32}__5\.json$/)]);
    expect(tree.files['t/items/5.json']).toContain('"N"');
    expect(tree.warnings).toMatchObject([{ event: 'ddb_colliding_names', fields: { table: 't', count: 1 } }]);
  });

  test('the same with range keys, in one folder', () => {
    const rows = [row({ h: s('a'), r: s('5') }, true), row({ h: s('a'), r: n('5') }, true)];
    const paths = itemPaths(decoded([tableRow('t', { range: true }), ...rows]));
    expect(paths).toHaveLength(2);
    for (const path of paths) expect(path).toMatch(/^a\//);
  });

  test('items with an empty hash key get a folder when one of their files would stand in the place of a folder', () => {
    const keys = [
      ['', 'x'],
      ['', 'y'],
      ['x.json', 'z'],
    ];
    const rows = keys.map(([h, r]) => row({ h: s(h!), r: s(r!) }, true));
    expect(itemPaths(decoded([tableRow('t', { range: true }), ...rows]))).toEqual([
      'e3b0c44298fc1c149afbf4c8996fb924__/x.json',
      'e3b0c44298fc1c149afbf4c8996fb924__/y.json',
      'x.json/z.json',
    ]);
  });

  test('an empty hash key beside another folder that looks like a file moves nothing', () => {
    const rows = [row({ h: s(''), r: s('x') }, true), row({ h: s('w.json'), r: s('z') }, true)];
    expect(itemPaths(decoded([tableRow('t', { range: true }), ...rows]))).toEqual(['w.json/z.json', 'x.json']);
  });

  test('of equal numbers in an older table the first stays, and a warning says what is lost', () => {
    const rows = ['1', '1.0', '1.00'].map((text) =>
      itemRow('t', 1n, `${Buffer.from(text).toString('base64url')}|`, { h: n(text) }),
    );
    const tree = decoded([tableRow('t'), ...rows]);
    expect(itemPaths(tree)).toEqual(['1.json']);
    expect(tree.files['t/items/1.json']).toContain('"N": "1"');
    expect(tree.warnings).toMatchObject([
      { event: 'ddb_equal_keys', loss: true, fields: { table: 't', count: 2, example: 'items/1.json' } },
    ]);
  });

  test('a number that no server would take as a key stays in a table of the older encoding', () => {
    const rows = ['abc', '0x10', '16'].map((text) =>
      itemRow('t', 1n, `${Buffer.from(text).toString('base64url')}|`, { h: n(text) }),
    );
    const paths = itemPaths(decoded([tableRow('t'), ...rows]));
    expect(paths).toHaveLength(3);
    expect(paths).toContain('abc.json');
  });

  test('many items that meet are all there', () => {
    const rows = Array.from({ length: 300 }, (_, i) => [row({ h: s(`${i}`) }), row({ h: n(`${i}.0`) })]).flat();
    const tree = decoded([tableRow('t'), ...rows]);
    expect(itemPaths(tree)).toHaveLength(600);
    expect(tree.warnings[0]?.fields.count).toBe(300);
  });
});

describe('a row is refused by its key and the rule', () => {
  test.each([
    ['a table without a name', { key: '!ddb|meta|table|', value: '' }, 'no table name'],
    ['a table name that is not base64', { key: '!ddb|meta|table|a+b', value: '' }, 'base64'],
    ['a table name of another spelling', { key: '!ddb|meta|table|dB', value: '' }, 'base64'],
    ['an item key without parts', { key: '!ddb|item|x', value: '' }, 'must hold a table'],
    ['an item key without a table', { key: '!ddb|item||1|a', value: '' }, 'no table name'],
    ['an item key without a bar behind the generation', { key: '!ddb|item|dA|1', value: '' }, 'behind its generation'],
    ['an item key with nothing behind the generation', { key: '!ddb|item|dA|1|', value: '' }, 'ends behind'],
    ['a generation with a sign', { key: '!ddb|item|dA|+1|a', value: '' }, '"+1"'],
    ['no generation', { key: '!ddb|item|dA||a', value: '' }, '""'],
    ['a generation above 64 bits', { key: '!ddb|item|dA|18446744073709551616|a', value: '' }, '18446744073709551616'],
  ])('%s', (_, { key, value }, rule) => {
    const error = refused([{ key: Buffer.from(key), value: Buffer.from(value) }]) as RowError;
    expect(error).toBeInstanceOf(RowError);
    expect(Buffer.from(error.key).toString()).toBe(key);
    expect(error.rule).toContain(rule);
  });

  test.each([
    ['lacks its hash key', { other: s('x') }, 'the item lacks the hash attribute "h" of the table "t"'],
    ['lacks its range key', { h: s('x') }, 'the item lacks the range attribute "r" of the table "t"'],
    [
      'has a BOOL as key',
      { h: { BOOL: true }, r: s('') },
      'the hash attribute "h" of the table "t" must be S, N or B, in this item it is BOOL',
    ],
    [
      'has a set as key',
      { h: s(''), r: { SS: [] } },
      'the range attribute "r" of the table "t" must be S, N or B, in this item it is SS',
    ],
  ] as ReadonlyArray<[string, Record<string, AttributeValue>, string]>)('an item that %s', (_, item, rule) => {
    expect(refused([tableRow('t', { range: true }), itemRow('t', 1n, 'a', item)])).toMatchObject({ rule });
  });

  test('a stale item need not have the key attributes', () => {
    expect(itemPaths(decoded([tableRow('t', { generation: 2 }), itemRow('t', 1n, 'a', {})]))).toEqual([]);
  });
});

test('damaged rows are collected up to 64 and thrown together, a single one as itself', () => {
  const damaged = Array.from({ length: 70 }, (_, i) => itemRow('t', 1n, `${i}`, {}));
  const error = refused([tableRow('t'), ...damaged]) as TreeProblemsError;
  expect(error).toBeInstanceOf(TreeProblemsError);
  expect([error.problems.length, error.complete]).toEqual([64, false]);
  expect(refused([tableRow('t'), damaged[0]!])).toBeInstanceOf(RowError);
});

test('of a table with a damaged row nothing is written, nor of later tables; their rows are checked', () => {
  const tree = new MemoryTree();
  const good = (table: string) => [tableRow(table), itemRow(table, 1n, 'k\0\x01', { h: s('k') })];
  const rows = [...good('a'), ...good('b'), itemRow('b', 1n, 'x', {}), ...good('c'), itemRow('c', 1n, 'x', {})];
  expect(() => decoded(rows, undefined, tree)).toThrow(/^2 problems:/);
  expect(Object.keys(tree.files)).toEqual(['dynamodb/a/_schema.json', 'dynamodb/a/items/k.json']);
});

test('all problems of a snapshot are told together, with offset, key and rule', () => {
  const error = refused([
    tableRow('t'),
    itemRow('t', 1n, 'a', {}),
    { key: Buffer.from('!ddb|item|dA|x|a'), value: Buffer.alloc(0) },
    { key: Buffer.from('!ddb|meta|table|u'), value: Buffer.alloc(0) },
  ]) as TreeProblemsError;
  expect(error).toBeInstanceOf(TreeProblemsError);
  expect(error.problems).toEqual([
    expect.stringMatching(/^entry at offset \d+, key !ddb\|meta\|table\|u: .*base64/),
    expect.stringMatching(/^entry at offset \d+, key !ddb\|item\|dA\|1\|a: the item lacks the hash attribute "h"/),
    expect.stringMatching(/^entry at offset \d+, key !ddb\|item\|dA\|x\|a: the generation .* not "x"/),
  ]);
});
