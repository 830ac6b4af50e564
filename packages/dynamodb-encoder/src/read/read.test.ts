import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, Damage, type SnapshotRow, type Warning } from '@ekv/snapshot';
import { expect, test, vi } from 'vitest';
import { itemRow, tableRow, withSnapshot } from '../decode/decoded.test-data.ts';
import { defineTable, type Item, tableRecords } from '../index.ts';
import { dynamodbItems, dynamodbTables } from './index.ts';

const ORDERS = {
  name: 'orders',
  hashKey: 'customer',
  rangeKey: 'number',
  attributeTypes: { customer: 'S', number: 'N' },
  indexes: [{ name: 'by-due', hashKey: 'due', projection: 'INCLUDE', nonKeyAttributes: ['note'] }],
};
const USERS = { name: 'users', hashKey: 'id', attributeTypes: {}, indexes: [] };
const ITEM = {
  customer: { S: 'alice' },
  number: { N: '1.50' },
  all: { L: [{ B: Uint8Array.of(0, 255) }, { BOOL: false }, { NULL: true }, { SS: ['b', 'a'] }, { NS: ['1.0'] }] },
  bytes: { BS: [Uint8Array.of(1), new Uint8Array()] },
  map: { M: { deep: { L: [] }, '\ufefftext': { S: '\ufeff' } } },
};
const USER = { id: { B: Uint8Array.of(7) } };

function* rows(): Generator<SnapshotRow> {
  yield* defineTable(USERS).rows([USER]);
  yield* defineTable(ORDERS).rows([ITEM, { customer: { S: 'bob' }, number: { N: '2' } }]);
}

test('tables are given as defineTable takes them', () => {
  withSnapshot(rows(), (snapshot) => {
    const tables = [...dynamodbTables(snapshot)];
    expect(tables).toEqual([ORDERS, USERS]);
    expect(tables.flatMap((table) => tableRecords(defineTable(table)))).toEqual([
      ...tableRecords(defineTable(ORDERS)),
      ...tableRecords(defineTable(USERS)),
    ]);
  });
});

test('items are given with the values that were written, of one table or of all', () => {
  withSnapshot(rows(), (snapshot) => {
    const orders = [...dynamodbItems(snapshot, 'orders')];
    expect(orders).toEqual([
      { table: 'orders', item: ITEM },
      { table: 'orders', item: { customer: { S: 'bob' }, number: { N: '2' } } },
    ]);
    expect([...dynamodbItems(snapshot)]).toEqual([...orders, { table: 'users', item: USER }]);
  });
});

test('what was given stays as it is when the next item is asked for', () => {
  withSnapshot(rows(), (snapshot) => {
    const [first] = [...dynamodbItems(snapshot, 'orders')];
    expect(first!.item).toEqual(ITEM);
    const { B } = (first!.item.all as { L: Array<{ B: Uint8Array }> }).L[0]!;
    expect([Buffer.isBuffer(B), B.buffer.byteLength]).toEqual([false, 2]);
  });
});

test('a name that objects have already is a name like others', () => {
  const item: Item = new Map([
    ['id', { S: 'a' }],
    ['__proto__', { M: new Map([['__proto__', { S: 'b' }]]) }],
  ]);
  withSnapshot(defineTable(USERS).rows([item]), (snapshot) => {
    const [{ item: read } = { item: {} }] = dynamodbItems(snapshot);
    expect(JSON.stringify(read)).toBe('{"__proto__":{"M":{"__proto__":{"S":"b"}}},"id":{"S":"a"}}');
  });
});

test('several loops may go on side by side, and one that is left early leaves nothing in scratch', () => {
  const source = [
    tableRow('t', { generation: 2, source: 1 }),
    itemRow('t', 1n, 'MS4wMA|', { h: { N: '1.00' } }),
    itemRow('t', 1n, 'Mg|', { h: { N: '2' } }),
    itemRow('t', 2n, '\x02\x02\x01\x01\0\xff1\0\x01', { h: { N: '1' } }),
  ];
  withSnapshot(source, (snapshot) => {
    const temporary = mkdtempSync(join(tmpdir(), 'ekv-read-'));
    vi.stubEnv('TMPDIR', temporary);
    for (const { item } of dynamodbItems(snapshot)) {
      expect(item).toEqual({ h: { N: '2' } });
      expect([...dynamodbItems(snapshot, 't')]).toHaveLength(2);
      break;
    }
    expect(readdirSync(temporary)).toEqual([]);
    vi.unstubAllEnvs();
    rmSync(temporary, { recursive: true });
  });
});

test('a loop that is left early tells nothing, and warn is a function', () => {
  withSnapshot(
    [tableRow('t'), itemRow('t', 2n, 'a', {}), itemRow('t', 1n, 'k\0\x01', { h: { S: 'k' } })],
    (snapshot) => {
      const told: string[] = [];
      const options = { warn: ({ event }: Warning) => void told.push(event) };
      for (const _ of dynamodbItems(snapshot, 't', options)) break;
      expect(told).toEqual([]);
      expect([...dynamodbItems(snapshot, 't', options)]).toHaveLength(1);
      expect(told).toEqual(['ddb_stale_generation_items']);
      expect(() => dynamodbItems(snapshot, 't', { warn: true as never })).toThrow(
        new ArgumentError('the option "warn" of dynamodbItems must be a function, not a boolean'),
      );
    },
  );
});

test('a table stands for its name, and options in its place are no wish for all tables', () => {
  withSnapshot(rows(), (snapshot) => {
    for (const table of dynamodbTables(snapshot, { warn: () => {} }))
      expect([...dynamodbItems(snapshot, table)]).toEqual([...dynamodbItems(snapshot, table.name)]);
    expect(() => dynamodbItems(snapshot, { warn: () => {} } as never)).toThrow(
      new ArgumentError(
        'the options of dynamodbItems come after the table; for all tables, dynamodbItems(snapshot, undefined, options)',
      ),
    );
    for (const wrong of [{}, null, ['orders']])
      expect(() => dynamodbItems(snapshot, wrong as never)).toThrow(
        /^the table must be its name, or what dynamodbTables\(\) gives, not /,
      );
  });
});

test('a table that is not there is named, with what to do', () => {
  withSnapshot(rows(), (snapshot) => {
    expect(() => [...dynamodbItems(snapshot, 'order')]).toThrow(
      new ArgumentError(`${snapshot.path} has no table "order"; dynamodbTables() gives those that it has`),
    );
    expect(() => dynamodbItems(snapshot, 5 as never)).toThrow(
      new ArgumentError('the table must be its name, or what dynamodbTables() gives, not a number'),
    );
  });
});

test.each([
  ['a path', 'file.fsm', 'the snapshot must be what openSnapshot gives, not a text'],
  ['nothing', undefined, 'the snapshot must be what openSnapshot gives, not nothing'],
  ['another object', {}, 'the snapshot must be what openSnapshot gives, not an object'],
])('a snapshot is one that is open, not %s', (_, snapshot, message) => {
  expect(() => dynamodbItems(snapshot as never)).toThrow(new ArgumentError(message));
  expect(() => dynamodbTables(snapshot as never)).toThrow(new ArgumentError(message));
});

test('a damaged row is an error with path, number of the entry and key, after the items before it', () => {
  const broken = { ...itemRow('users', 1n, '\xff\0\x01', {}), value: Buffer.from('x') };
  withSnapshot([...rows(), broken], (snapshot) => {
    const read: unknown[] = [];
    expect(() => {
      for (const { item } of dynamodbItems(snapshot)) read.push(item);
    }).toThrow(
      /file\.fsm: entry \d+ at offset \d+, key !ddb\|item\|.*: the value of an item must begin with the magic/,
    );
    expect(read).toHaveLength(3);
  });
});

test('of a snapshot that is salvaged, rows that are damaged are passed over', () => {
  const broken = { ...itemRow('users', 1n, '\xff\0\x01', {}), value: Buffer.from('x') };
  withSnapshot([...rows(), broken], (snapshot) => expect([...dynamodbItems(snapshot)]).toHaveLength(3), new Damage());
});
