import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderedByName } from './stored-value.ts';
import { readTableMessage, writeTableMessage } from './table-message.ts';

const hex = (digits: string) => Buffer.from(digits.replaceAll(/\s/g, ''), 'hex');
const text = fc.string({ unit: 'binary', maxLength: 8 }).map((value) => Buffer.from(value));
const keys = { hashKey: text, rangeKey: text };
const tables = fc
  .record({
    name: text,
    ...keys,
    definitions: fc.array(fc.record({ name: text, type: text }), { maxLength: 4 }),
    indexes: fc.array(
      fc.record({ name: text, ...keys, projection: text, nonKeyAttributes: fc.array(text, { maxLength: 3 }) }),
      { maxLength: 3 },
    ),
  })
  .map((table) => ({
    ...table,
    definitions: orderedByName(table.definitions),
    indexes: orderedByName(table.indexes),
  }));

test('a table of a server is written byte for byte', () => {
  const stored = hex('00445301 0a08 73657373696f6e73 1207 0a026964 120153 1a04 0a026964 2802 3801');
  const table = readTableMessage(stored);
  expect(table).toMatchObject({ name: Buffer.from('sessions'), generation: 1n, sourceGeneration: 0n });
  expect(Buffer.from(writeTableMessage(table)).equals(stored)).toBe(true);
});

test('an index without anything still has its name, key and projection', () => {
  const index = {
    name: Buffer.alloc(0),
    hashKey: Buffer.alloc(0),
    rangeKey: Buffer.alloc(0),
    projection: Buffer.alloc(0),
    nonKeyAttributes: [],
  };
  const nothing = Buffer.alloc(0);
  const message = writeTableMessage({
    name: nothing,
    hashKey: nothing,
    rangeKey: nothing,
    definitions: [],
    indexes: [index],
  });
  expect(Buffer.from(message)).toEqual(hex('00445301 1a00 2208 0a00 1204 0a00 1200 2802 3801'));
});

test('what is written is read back, as generation 1 without a migration', () => {
  fc.assert(
    fc.property(tables, (table) => {
      expect(readTableMessage(Buffer.from(writeTableMessage(table)))).toEqual({
        ...table,
        generation: 1n,
        sourceGeneration: 0n,
      });
    }),
  );
});

test('generations have 64 bits', () => {
  const table = readTableMessage(hex('00445301 30ffffffffffffffffff01 38feffffffffffffffff01'));
  expect([table.sourceGeneration, table.generation]).toEqual([2n ** 64n - 1n, 2n ** 64n - 2n]);
});

test('keys that come twice are merged', () => {
  const table = readTableMessage(hex('00445301 1a03 0a0161 1a03 120162'));
  expect([table.hashKey.toString(), table.rangeKey.toString()]).toEqual(['a', 'b']);
});

test('the later of two indexes with one name replaces the earlier', () => {
  const table = readTableMessage(hex('00445301 220a 0a0169 1205 0a03 0a0161 220a 0a0169 1205 0a03 120162'));
  expect(table.indexes.map(({ hashKey, rangeKey }) => [hashKey.toString(), rangeKey.toString()])).toEqual([['', 'b']]);
});

test.each([
  ['has the magic of an item', '00444901', 'magic'],
  ['is empty', '', 'magic'],
  ['is cut', '00445301 0a05 61', 'runs past the end'],
  ['has a name that is no UTF-8', '00445301 0a01ff', 'UTF-8'],
  ['has a key that is no UTF-8', '00445301 1a03 0a01ff', 'UTF-8'],
  ['has a type that is no UTF-8', '00445301 1206 0a0161 1201ff', 'UTF-8'],
])('a table is refused that %s', (_, message, rule) => {
  expect(() => readTableMessage(hex(message))).toThrow(rule);
});
