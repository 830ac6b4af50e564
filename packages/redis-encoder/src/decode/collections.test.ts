import { describe, expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, refusedRow, row, u64 } from './decoded.test-data.ts';
import type { NodeRow } from './node-file.test-data.ts';

/** The rows that hashes, sets and sorted sets have alike. */
const TYPES = [
  {
    type: 'hash',
    prefix: '!hs|',
    folder: 'hashes',
    list: 'fields',
    element: (key: string, name: string) => row(lengthKey('!hs|fld|', key, name), 'v'),
  },
  {
    type: 'set',
    prefix: '!st|',
    folder: 'sets',
    list: 'members',
    element: (key: string, name: string) => row(lengthKey('!st|mem|', key, name)),
  },
  {
    type: 'zset',
    prefix: '!zs|',
    folder: 'zsets',
    list: 'members',
    element: (key: string, name: string) => row(lengthKey('!zs|mem|', key, name), f64(1)),
  },
] as const;

const names = (file: string | undefined): unknown[] => {
  const { fields, members } = JSON.parse(Buffer.from(file!, 'latin1').toString());
  return (fields ?? members).map((element: { name?: string; member?: string }) =>
    typeof element === 'object' ? (element.name ?? element.member ?? element) : element,
  );
};

describe.each(TYPES)('a $type', ({ type, prefix, folder, list, element }) => {
  const metadata = (key: string, count: bigint, rest = '') => row(lengthKey(`${prefix}meta|`, key, rest), u64(count));
  const change = (key: string, by: bigint, serial = '\0\0\0\x01') =>
    row(`${lengthKey(`${prefix}meta|d|`, key)}${u64(117664502744219697n)}${serial}`, u64(by));
  const mismatches = (...rows: NodeRow[]) =>
    decoded(...rows).warnings.map(({ event, fields }) => [event, fields.declared_len, fields[`observed_${list}`]]);

  test('with metadata and no elements is a file with an empty list', () => {
    expect(decoded(metadata('k', 0n)).files).toEqual({
      [`${folder}/k.json`]: `{\n  "format_version": 1,\n  "${list}": [],\n  "expire_at_ms": null\n}`,
    });
  });

  test('with elements and no metadata is a file, without a warning', () => {
    const { files, warnings } = decoded(element('k', 'a'));
    expect(names(files[`${folder}/k.json`])).toEqual(['a']);
    expect(warnings).toEqual([]);
  });

  test('has its elements in the order of the bytes of their names, the shorter first', () => {
    const unsorted = ['b', '', 'a\u00ff', 'a', 'a\0', '\u007f', 'ab', '\u{1f600}', '\ufffd'];
    const bytes = unsorted.map((name) => Buffer.from(name, 'utf8').toString('latin1'));
    const { files } = decoded(...bytes.map((name) => element('k', name)));
    const wanted = bytes.map((name) => Buffer.from(name, 'latin1')).sort(Buffer.compare);
    expect(names(files[`${folder}/k.json`])).toEqual(wanted.map((name) => name.toString('utf8')));
  });

  test('has its elements in one order, whatever their timestamps', () => {
    const times = [2n ** 64n - 1n, 1n, 117664502744219697n];
    const inOrder = ['', '\x01', 'a', 'a\x01', 'ab'];
    const { files } = decoded(
      ...inOrder.map((name, i) => ({ ...element('k', name), timestamp: times[i % 3]! })),
      metadata('k', 5n),
    );
    expect(names(files[`${folder}/k.json`])).toEqual(inOrder);
  });

  test('whose key is the beginning of another key is kept apart from it', () => {
    const keys = ['', 'a', 'ab', 'a\0', '\0\0\0\x01'];
    const { files } = decoded(...keys.flatMap((key) => [element(key, `in ${key}`), metadata(key, 1n)]));
    expect(Object.values(files).map((file) => names(file)[0])).toEqual(
      keys.map((key) => `in ${key}`).sort((a, b) => a.length - b.length || (a < b ? -1 : 1)),
    );
    expect(Object.keys(files)).toHaveLength(5);
  });

  test('may have bytes behind the key in its metadata row', () => {
    const { files, warnings } = decoded(element('k', 'a'), metadata('k', 1n, 'more'));
    expect(Object.keys(files)).toEqual([`${folder}/k.json`]);
    expect(warnings).toEqual([]);
  });

  test.each([
    ['of 7 bytes', '\0'.repeat(7), `the value of a ${prefix}meta| row must be 8 or 16 bytes, it has 7`],
    ['of 0 bytes', '', `the value of a ${prefix}meta| row must be 8 or 16 bytes, it has 0`],
    ['of 12 bytes', '\0'.repeat(12), `the value of a ${prefix}meta| row must be 8 or 16 bytes, it has 12`],
    ['of 17 bytes', '\0'.repeat(17), `the value of a ${prefix}meta| row must be 8 or 16 bytes, it has 17`],
    ['with the top bit set', u64(1n << 63n), `the count of this ${prefix}meta| row is negative or too large`],
  ])('with metadata %s is refused', (_, value, rule) => {
    const key = lengthKey(`${prefix}meta|`, 'k');
    expect(refusedRow(row(key, value))).toMatchObject({ key, rule });
  });

  test.each([
    ['fewer than 4 bytes of length', 'meta|', '\0\0\0'],
    ['a length that runs past the end', 'meta|', '\0\0\0\x02k'],
    ['a length that would wrap around 32 bits', 'meta|', '\xff\xff\xff\xffk'],
    ['an element whose length runs past the end', type === 'hash' ? 'fld|' : 'mem|', '\0\0\0\x02k'],
  ])('with %s in a key is refused', (_, family, rest) => {
    expect(refusedRow(row(`${prefix}${family}${rest}`, u64(0n)))).toMatchObject({
      key: `${prefix}${family}${rest}`,
      rule: `a ${prefix}${family} row must hold a 4-byte length and a key of that length`,
    });
  });

  test('whose count differs from its elements is written, with a warning that names it', () => {
    const { files, warnings } = decoded(element('k:1', 'a'), metadata('k:1', 5n));
    expect(names(files[`${folder}/k%3A1.json`])).toEqual(['a']);
    expect(warnings).toEqual([
      {
        event: `redis_${type}_length_mismatch`,
        message: expect.stringContaining(type),
        fields: { key: 'k%3A1', user_key_len: 3, declared_len: 5n, [`observed_${list}`]: 1 },
      },
    ]);
  });

  test('whose count and changes add up to its elements gives no warning', () => {
    const elements = ['a', 'b', 'c'].map((name) => element('k', name));
    expect(mismatches(...elements, metadata('k', 2n), change('k', 3n), change('k', -2n, '\0\0\0\x02'))).toEqual([]);
  });

  test('without metadata has a count of 0 and its changes', () => {
    expect(mismatches(element('k', 'a'), change('k', 1n))).toEqual([]);
    expect(mismatches(element('k', 'a'), change('k', 3n))).toEqual([[`redis_${type}_length_mismatch`, 3n, 1]]);
  });

  test('is declared to have what count and changes add up to, also below 0', () => {
    expect(mismatches(element('k', 'a'), metadata('k', 1n), change('k', -4n))).toEqual([
      [`redis_${type}_length_mismatch`, -3n, 1],
    ]);
  });

  test('is not charged with the changes of another key', () => {
    const others = ['', 'j', 'l', 'kk'].map((key) => change(key, 7n));
    expect(mismatches(element('k', 'a'), metadata('k', 1n), ...others)).toEqual([]);
  });

  test.each([
    ['a key without commit timestamp', row(lengthKey(`${prefix}meta|d|`, 'k'), u64(7n))],
    ['a key with a byte too many', row(`${lengthKey(`${prefix}meta|d|`, 'k')}${u64(1n)}\0\0\0\0\0`, u64(7n))],
    ['a key whose length runs past the end', row(`${prefix}meta|d|\0\0\0\x09k${u64(1n)}\0\0\0\0`, u64(7n))],
    ['a key of nothing', row(`${prefix}meta|d|`, u64(7n))],
    ['a value of 7 bytes', row(`${lengthKey(`${prefix}meta|d|`, 'k')}${u64(1n)}\0\0\0\0`, '\0'.repeat(7))],
    ['a value of 16 bytes', row(`${lengthKey(`${prefix}meta|d|`, 'k')}${u64(1n)}\0\0\0\0`, u64(7n, 7n))],
  ])('is not changed by a count change with %s, which is no error', (_, odd) => {
    const { files, warnings } = decoded(element('k', 'a'), metadata('k', 1n), odd);
    expect(Object.keys(files)).toEqual([`${folder}/k.json`]);
    expect(warnings).toEqual([]);
  });

  test('with a wrong count is named by a warning of its own up to 20 times, and one more warning counts them all', () => {
    const keys = Array.from({ length: 23 }, (_, i) => `k${String(i).padStart(2, '0')}`);
    const { warnings } = decoded(...keys.map((key) => metadata(key, 9n)));
    expect(warnings.map(({ fields }) => fields.key ?? [fields.count, fields.shown])).toEqual([
      ...keys.slice(0, 20),
      [23, 20],
    ]);
    expect(new Set(warnings.map(({ event }) => event))).toEqual(new Set([`redis_${type}_length_mismatch`]));
  });

  test('with a wrong count gives 20 warnings and no summary when there are 20', () => {
    const rows = Array.from({ length: 20 }, (_, i) => metadata(String.fromCharCode(65 + i), 9n));
    expect(decoded(...rows).warnings).toHaveLength(20);
  });
});

test('a hash gives its fields as they are, text as text and other bytes as base64', () => {
  const { files } = decoded(
    row(lengthKey('!hs|fld|', 'h', ''), 'empty field name'),
    row(lengthKey('!hs|fld|', 'h', '\xfe\xff'), 'x'),
    row(lengthKey('!hs|fld|', 'h', '<a&b>'), '\xe2\x80\xa8\x7f/\x01"\\'),
  );
  expect(files['hashes/h.json']).toBe(`{
  "format_version": 1,
  "fields": [
    {
      "name": "",
      "value": "empty field name"
    },
    {
      "name": "\\u003ca\\u0026b\\u003e",
      "value": "\\u2028\x7f/\\u0001\\"\\\\"
    },
    {
      "name": {
        "base64": "_v8"
      },
      "value": "x"
    }
  ],
  "expire_at_ms": null
}`);
});

test('a set ignores what stands in the value of a member', () => {
  const { files } = decoded(
    row(lengthKey('!st|mem|', 's', 'green'), 'a value'),
    row(lengthKey('!st|mem|', 's', '\xff\xfe')),
    row(lengthKey('!st|mem|', 's')),
    row(lengthKey('!st|meta|', 's'), u64(3n, 5795418435425n)),
  );
  expect(files['sets/s.json']).toBe(`{
  "format_version": 1,
  "members": [
    "",
    "green",
    {
      "base64": "__4"
    }
  ],
  "expire_at_ms": 5795418435425
}`);
});

test('the rows that a server writes give the collections that were made', () => {
  const { files, warnings } = decoded(
    row(hex('2168737c6d6574617c 00000005 683a74746c'), hex('0000000000000000 0000054559db6f46')),
    row(hex('2168737c666c647c 00000005 683a74746c 6e616d65'), hex('616c696365')),
    row(hex('2168737c6d6574617c647c 00000005 683a74746c 01a2074754e3000b 00000000'), hex('0000000000000001')),
    row(hex('2173747c6d656d7c 00000007 733a706c61696e fffe')),
  );
  expect(Object.keys(files)).toEqual(['hashes/h%3Attl.json', 'sets/s%3Aplain.json']);
  expect(JSON.parse(files['hashes/h%3Attl.json']!)).toEqual({
    format_version: 1,
    fields: [{ name: 'name', value: 'alice' }],
    expire_at_ms: 5795418435398,
  });
  expect(warnings).toEqual([]);
});

test('a collection of many long elements comes out whole', () => {
  const elements = Array.from({ length: 3000 }, (_, i) => String(i).padStart(100, 'x'));
  const { files } = decoded(...elements.map((name) => row(lengthKey('!st|mem|', 's', name))));
  expect(names(files['sets/s.json'])).toEqual([...elements].sort());
});
