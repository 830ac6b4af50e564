import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decoded, hex, lengthKey, refusedRow, row, u64 } from './decoded.test-data.ts';

const item = (list: string, sequence: bigint, value: string, timestamp?: bigint) =>
  row(`!lst|itm|${list}${u64(sequence ^ -(2n ** 63n))}`, value, timestamp);
const metadata = (list: string, count: bigint, ...expiry: bigint[]) =>
  row(`!lst|meta|${list}`, u64(0n, count, count, ...expiry));
const change = (list: string, by: bigint, serial = '\0\0\0\x01') =>
  row(`${lengthKey('!lst|meta|d|', list)}${u64(117664502744219697n)}${serial}`, u64(5n, by));
const items = (file: string | undefined) => JSON.parse(Buffer.from(file!, 'latin1').toString()).items;

test('items come in the order of their signed sequence numbers, gaps do not matter', () => {
  const sequences = [0n, -1n, 7n, -(2n ** 63n), 2n ** 63n - 1n];
  const { files } = decoded(...sequences.map((sequence) => item('l', sequence, `at ${sequence}`)));
  expect(items(files['lists/l.json'])).toEqual([
    'at -9223372036854775808',
    'at -1',
    'at 0',
    'at 7',
    'at 9223372036854775807',
  ]);
});

test('a list is written as the other collections are', () => {
  const { files } = decoded(item('l', 0n, 'a'), item('l', 1n, '\xff'), item('l', 2n, 'a'), metadata('l', 3n, 77n));
  expect(files['lists/l.json']).toBe(`{
  "format_version": 1,
  "items": [
    "a",
    {
      "base64": "_w"
    },
    "a"
  ],
  "expire_at_ms": 77
}`);
});

test('a list with metadata and no items is empty', () => {
  expect(decoded(metadata('l', 0n)).files).toEqual({
    'lists/l.json': '{\n  "format_version": 1,\n  "items": [],\n  "expire_at_ms": null\n}',
  });
});

test('items without metadata are a list, without a warning', () => {
  const { files, warnings } = decoded(item('l', 0n, 'a'));
  expect(items(files['lists/l.json'])).toEqual(['a']);
  expect(warnings).toEqual([]);
});

test('head and tail of the metadata are not looked at', () => {
  const { files, warnings } = decoded(item('l', 3n, 'a'), row('!lst|meta|l', u64(-5n, 99n, 1n)));
  expect(items(files['lists/l.json'])).toEqual(['a']);
  expect(warnings).toEqual([]);
});

test('lists whose keys extend each other keep their own items', () => {
  const lists = ['', 'l', 'l\x80', 'l\x80\0', `l${u64(2n ** 63n)}`, `l${u64(2n ** 63n)}\xfe`, 'll'];
  const { files, warnings } = decoded(
    ...lists.flatMap((list, i) => [item(list, 0n, `first of ${i}`), item(list, 1n, `second of ${i}`)]),
    ...lists.map((list) => metadata(list, 2n)),
  );
  expect(Object.values(files).map(items).sort()).toEqual(lists.map((_, i) => [`first of ${i}`, `second of ${i}`]));
  expect(warnings).toEqual([]);
});

test('a list whose key looks like an item row of another one, timestamp included, is one file', () => {
  // The item of `a` stands between the two items of the other list: its timestamp begins with 7f.
  const other = `a${u64(0n)}\x7f`;
  const { files } = decoded(
    item('a', -(2n ** 63n), 'of a', 2n ** 63n),
    item(other, -(2n ** 63n), 'first', 1n),
    item(other, 2n ** 63n - 1n, 'second', 1n),
  );
  expect(Object.entries(files).map(([name, file]) => [name, items(file)])).toEqual([
    ['lists/a%00%00%00%00%00%00%00%00%7F.json', ['first', 'second']],
    ['lists/a.json', ['of a']],
  ]);
});

test.each([16, 23, 25, 31, 33, 40, 0])('metadata of %i bytes is refused', (length) => {
  expect(refusedRow(row('!lst|meta|key', '\0'.repeat(length)))).toMatchObject({
    key: '!lst|meta|key',
    rule: 'the value of a !lst|meta| row must be 24 or 32 bytes',
  });
});

test('a count with the top bit set is refused', () => {
  expect(refusedRow(row('!lst|meta|key', u64(0n, 0n, 2n ** 63n)))).toMatchObject({
    key: '!lst|meta|key',
    rule: 'the count of this !lst|meta| row is negative or too large',
  });
});

test('an item row without 8 bytes of sequence number is refused', () => {
  expect(refusedRow(row('!lst|itm|1234567', 'x'))).toMatchObject({
    key: '!lst|itm|1234567',
    rule: 'the key of a !lst|itm| row must end in an 8-byte sequence number',
  });
});

test('an item row of nothing but a sequence number belongs to the list with the empty key', () => {
  expect(items(decoded(item('', 0n, 'x')).files['lists/.json'])).toEqual(['x']);
});

test('pop markers are not looked at', () => {
  const { files, warnings } = decoded(
    item('l', 0n, 'a'),
    row('!lst|claim|'),
    row(lengthKey('!lst|claim|', 'l', u64(0n))),
  );
  expect(Object.keys(files)).toEqual(['lists/l.json']);
  expect(warnings).toEqual([]);
});

test('count and changes that add up to the items give no warning', () => {
  const { warnings } = decoded(
    item('l', 0n, 'a'),
    item('l', 1n, 'b'),
    metadata('l', 5n),
    change('l', -4n),
    change('l', 1n, '\0\0\0\x02'),
    change('ll', 7n),
    change('', 7n),
  );
  expect(warnings).toEqual([]);
});

test('without metadata the count is 0 and the changes', () => {
  expect(decoded(item('l', 0n, 'a'), change('l', 1n)).warnings).toEqual([]);
  expect(decoded(item('l', 0n, 'a'), change('l', 3n)).warnings).toEqual([
    {
      event: 'redis_list_length_mismatch',
      message: expect.any(String),
      fields: { key: 'l', user_key_len: 1, declared_len: 3n, observed_items: 1 },
    },
  ]);
});

test.each([
  ['24 bytes', [], null],
  ['32 bytes', [77n], 77],
])('a row of a list named d|... is metadata when its value has %s', (_, expiry, expected) => {
  for (const list of ['d|', 'd|list', lengthKey('d|', 'l', `${u64(1n)}\0\0\0\0`)]) {
    const { files, warnings } = decoded(metadata(list, 1n, ...expiry), item(list, 0n, 'a'));
    expect(Object.values(files).map((file) => JSON.parse(file))).toEqual([
      { format_version: 1, items: ['a'], expire_at_ms: expected },
    ]);
    expect(warnings).toEqual([]);
  }
});

test('the count in the metadata of a list named d|... is compared', () => {
  const { warnings } = decoded(metadata('d|l', 4n), item('d|l', 0n, 'a'));
  expect(warnings.map(({ fields }) => [fields.key, fields.declared_len])).toEqual([['d%7Cl', 4n]]);
});

test('a row of 16 bytes below d| is a count change, and no list', () => {
  expect(decoded(change('l', 1n)).files).toEqual({});
});

test.each([
  ['of 16 bytes whose key is no change key', row('!lst|meta|d|list', u64(0n, 1n))],
  ['of 16 bytes whose length runs past the end', row('!lst|meta|d|\0\0\0\x09k', u64(0n, 1n))],
  ['of 15 bytes', row(`${lengthKey('!lst|meta|d|', 'l')}${u64(1n)}\0\0\0\0`, '\0'.repeat(15))],
  ['of nothing', row('!lst|meta|d|')],
])('a row below d| %s is ignored without an error', (_, odd) => {
  expect(decoded(odd, item('l', 0n, 'a'), metadata('l', 1n))).toMatchObject({ warnings: [] });
  expect(decoded(odd).files).toEqual({});
});

test('the rows that a server writes give the list that was made', () => {
  const { files } = decoded(
    row(
      hex('216c73747c6d6574617c 6c3a74746c'),
      hex('0000000000000000 0000000000000001 0000000000000001 0000054559db6f54'),
    ),
    row(hex('216c73747c69746d7c 6c3a74746c 7ffffffffffffffd'), hex('33')),
    row(hex('216c73747c636c61696d7c 00000005 6c3a74746c 8000000000000000')),
  );
  expect(Object.entries(files).map(([name, file]) => [name, JSON.parse(file)])).toEqual([
    ['lists/l%3Attl.json', { format_version: 1, items: ['3'], expire_at_ms: 5795418435412 }],
  ]);
});

test('changes of lists that do not exist, more than a sort holds in memory, leave no scratch file open', () => {
  const openFiles = () => readdirSync('/proc/self/fd').length;
  decoded(item('l', 0n, 'a'));
  const before = openFiles();
  const names = Array.from({ length: 9 }, (_, i) => `${i}`.repeat(1_000_000));
  expect(decoded(...names.map((name) => change(name, 1n))).files).toEqual({});
  expect(openFiles()).toBe(before);
});
