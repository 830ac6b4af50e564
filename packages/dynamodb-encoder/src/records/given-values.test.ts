import { ArgumentError, DataError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { defineTable, type Item, itemRecords } from '../index.ts';

const ORDERS = defineTable({ name: 'orders', hashKey: 'id', rangeKey: 'number' });

/** What a caller without types gives as one more attribute. */
function refusal(x: unknown): string {
  try {
    itemRecords(ORDERS, { id: { S: 'a' }, number: { N: '1' }, x } as Item);
  } catch (error) {
    if (error instanceof ArgumentError) return error.message;
    throw error;
  }
  return 'accepted';
}

const PLACE = 'the attribute "x" of an item of the table "orders" (id: "a", number: "1")';

test.each([
  ['null', null, "must be an object with its kind as the one name, such as { S: 'text' }, not null"],
  ['nothing', undefined, "such as { S: 'text' }, not nothing"],
  ['a plain text', 'red', "such as { S: 'text' }, not a text"],
  ['a plain number', 5, "such as { S: 'text' }, not a number"],
  ['an array', [{ S: 'a' }], "such as { S: 'text' }, not an array"],
  ['a Map', new Map([['S', 'a']]), "such as { S: 'text' }, not an object"],
  ['no kind', {}, 'has no kind; it must have one of the kinds S, N, B, BOOL, NULL, SS, NS, BS, L and M'],
  ['two kinds', { S: 'a', N: '1' }, 'has two kinds, "S" and "N"'],
  ['another kind', { s: 'a' }, 'has the kind "s", which is none of S, N, B'],
  ['a kind of a later client', { $unknown: ['Z', 1] }, 'has the kind "Z", which is none of S, N, B'],
])('a value is an object with one kind, not %s', (_, value, message) => {
  expect(refusal(value)).toContain(PLACE);
  expect(refusal(value)).toContain(message);
});

test.each([
  ['S', { S: 5 }, 'must be text, not a number; write String(...) around it'],
  ['S', { S: null }, 'must be text, not null'],
  ['S', { S: Buffer.from('a') }, 'must be text, not bytes'],
  ['S', { S: 'a\ud800' }, 'has a lone surrogate, so it has no form in UTF-8'],
  ['N', { N: 5 }, "must be decimal text, not a number; give it as text, such as '12.50'"],
  ['N', { N: 5n }, "must be decimal text, not a bigint; give it as text, such as '12.50'"],
  ['B', { B: 'AQ==' }, "must be bytes, not a text; of base64, Buffer.from(text, 'base64') makes bytes"],
  ['B', { B: [1, 2] }, 'must be bytes, not an array'],
  ['BOOL', { BOOL: 'false' }, 'must be true or false, not a text'],
  ['NULL', { NULL: 1 }, 'must be true or false, not a number'],
  ['SS', { SS: 'abc' }, 'must be an array or a Set of texts, not a text'],
  ['SS', { SS: ['a', 5] }, 'must be text, not a number; write String(...) around it'],
  ['NS', { NS: [5] }, "must be decimal text, not a number; give it as text, such as '12.50'"],
  ['BS', { BS: Buffer.from('a') }, 'must be an array or a Set of bytes, not bytes'],
  ['BS', { BS: ['AQ=='] }, "must be bytes, not a text; of base64, Buffer.from(text, 'base64') makes bytes"],
  ['L', { L: { 0: { S: 'a' } } }, 'must be an array of values, not an object'],
  ['M', { M: [] }, 'must be an object, or a Map, of values by attribute name, not an array'],
])('the content of %s is of its kind: %o', (kind, value, message) => {
  expect(refusal(value)).toBe(`the ${kind} of ${PLACE} ${message}`);
});

test('a value below lists and maps is named with its path', () => {
  const place = 'the attribute "x"[1]."sku" of an item of the table "orders"';
  expect(refusal({ L: [{ S: 'a' }, { M: { ok: { S: '' }, sku: { N: 7 } } }] })).toContain(`the N of ${place}`);
  expect(refusal({ L: [{ S: 'a' }, { M: new Map([['sku', 7]]) }] })).toContain(
    `${place} (id: "a", number: "1") must be`,
  );
  expect(refusal({ M: { a: { L: [{ L: [] }, { S: 'a' }] }, b: 1 } })).toContain('the attribute "x"."b" of an item');
});

test('a name is text', () => {
  expect(refusal({ M: new Map([[5, { S: 'a' }]]) })).toBe(
    `a name in ${PLACE} must be text, not a number; write String(...) around it`,
  );
  expect(refusal({ M: { '\ud800': { S: 'a' } } })).toContain(`the name "\\ud800" in ${PLACE} has a lone surrogate`);
});

test.each([
  ['null', null],
  ['an array', []],
  ['a text', 'a'],
])('an item is an object or a Map, not %s', (kind, item) => {
  const message = `an item of the table "orders" must be an object, or a Map, of values by attribute name, not ${kind}`;
  expect(() => itemRecords(ORDERS, item as never)).toThrow(new ArgumentError(message));
});

test.each<[string, object]>([
  ['Set', new Set([1])],
  ['Date', new Date()],
  ['Iterator', [][Symbol.iterator]()],
])('what has no fields of its own is no empty map: a %s', (name, given) => {
  const message = `must be an object, or a Map, of values by attribute name, not an object of class ${name}`;
  expect(refusal({ M: given })).toBe(`the M of ${PLACE} ${message}`);
  expect(() => itemRecords(ORDERS, given as never)).toThrow(message);
});

test('a promise that nobody waited for is no value and no item', () => {
  const message = 'by attribute name, not a Promise; write await before it';
  expect(refusal({ M: Promise.resolve({}) })).toContain(message);
  expect(() => itemRecords(ORDERS, Promise.resolve({}) as never)).toThrow(message);
});

test('what a value holds is read once: a getter may give something else the next time', () => {
  for (const [kind, content] of Object.entries({
    S: 'a',
    N: '1',
    B: Buffer.from('b'),
    BOOL: true,
    SS: ['a'],
    L: [],
    M: {},
  })) {
    let asked = 0;
    const value = {
      get [kind]() {
        asked++;
        return asked === 1 ? content : 5;
      },
    };
    expect(refusal(value)).toBe('accepted');
    expect(asked).toBe(1);
  }
});

test('an empty map is one, also without a prototype', () => {
  for (const empty of [{}, new Map(), Object.create(null)]) expect(refusal({ M: empty })).toBe('accepted');
});

test('rows hold copies of what was given', () => {
  const bytes = Uint8Array.of(1, 2);
  const rows = itemRecords(ORDERS, { id: { B: bytes }, number: { N: '1' }, x: { BS: [bytes] } });
  const before = rows.map(({ key, value }) => [Buffer.from(key), Buffer.from(value as Uint8Array)]);
  bytes.fill(9);
  expect(rows.map(({ key, value }) => [key, Buffer.from(value as Uint8Array)])).toEqual(before);
});

test('kinds that are undefined are not there, as clients have them', () => {
  expect(refusal({ S: 'a', N: undefined, $unknown: undefined })).toBe('accepted');
});

test('a set may be an array or a Set', () => {
  const [fromArray] = itemRecords(ORDERS, { id: { S: 'a' }, number: { N: '1' }, x: { SS: ['b', 'a'] } });
  const [fromSet] = itemRecords(ORDERS, { id: { S: 'a' }, number: { N: '1' }, x: { SS: new Set(['b', 'a']) } });
  expect(fromSet).toEqual(fromArray);
});

test.each([
  [{ id: { S: 'a' } }, 'an item of the table "orders" (id: "a"): the range attribute "number" of the table is missing'],
  [{ id: { B: Buffer.alloc(40, 1) } }, `(id: 0x${'01'.repeat(32)}... (40 bytes)): the range attribute`],
  [{}, 'an item of the table "orders": the hash attribute "id" of the table is missing'],
  [
    { id: { S: 'a' }, number: { N: 'x' } },
    '(id: "a", number: "x"): the range attribute "number" of the table must be a decimal number',
  ],
  [
    { id: { S: 'a' }, number: { BOOL: true } },
    '(id: "a"): the range attribute "number" of the table must be S, N or B, it is BOOL',
  ],
] as ReadonlyArray<[Item, string]>)('an item without usable keys is a DataError that names it: %j', (item, message) => {
  expect(() => itemRecords(ORDERS, item)).toThrow(DataError);
  expect(() => itemRecords(ORDERS, item)).toThrow(message);
});

test('an item that holds itself is refused', () => {
  const list: { L: unknown[] } = { L: [] };
  list.L.push(list);
  expect(() => refusal(list)).toThrow(/an item of the table "orders" .*: lists and maps are nested/);
});

test('bytes whose memory was transferred are refused by their names', () => {
  const lost = new Uint8Array(6);
  structuredClone(lost.buffer, { transfer: [lost.buffer] });
  const lostBytes = 'has lost its bytes: their memory was transferred; give a copy';
  expect(refusal({ B: lost })).toBe(`the B of ${PLACE} ${lostBytes}`);
  expect(refusal({ BS: [lost] })).toBe(`the BS of ${PLACE} ${lostBytes}`);
});
