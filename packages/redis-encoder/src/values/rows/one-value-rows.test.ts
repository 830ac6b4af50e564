import { describe, expect, test } from 'vitest';
import { decoded, f64, hex, lengthKey, refusedRow, row, u64 } from '../../decode/decoded.test-data.ts';

const TYPES = [
  {
    type: 'hash',
    family: '!redis|hash|',
    magic: hex('00524801'),
    folder: 'hashes',
    list: 'fields',
    metadata: '!hs|meta|',
    element: (name: string) => row(lengthKey('!hs|fld|', 'k', name), 'v'),
    /** a: 1, b: 2 */
    two: hex('0a06 0a0161 120131 0a06 0a0162 120132'),
    wanted: [
      { name: 'a', value: '1' },
      { name: 'b', value: '2' },
    ],
  },
  {
    type: 'set',
    family: '!redis|set|',
    magic: hex('00525301'),
    folder: 'sets',
    list: 'members',
    metadata: '!st|meta|',
    element: (name: string) => row(lengthKey('!st|mem|', 'k', name)),
    two: hex('0a0161 0a0162'),
    wanted: ['a', 'b'],
  },
  {
    type: 'zset',
    family: '!redis|zset|',
    magic: hex('00525a01'),
    folder: 'zsets',
    list: 'members',
    metadata: '!zs|meta|',
    element: (name: string) => row(lengthKey('!zs|mem|', 'k', name), f64(9)),
    two: hex('0a0c 0a0161 11000000000000f83f 0a0c 0a0162 1100000000000000c0'),
    wanted: [
      { member: 'a', score: 1.5 },
      { member: 'b', score: -2 },
    ],
  },
] as const;

const json = (file: string | undefined) => JSON.parse(Buffer.from(file!, 'latin1').toString());

describe.each(TYPES)('a $type in one row', ({ type, family, magic, folder, list, metadata, element, two, wanted }) => {
  const path = `${folder}/k.json`;

  test('is a file like all others', () => {
    const { files, warnings } = decoded(row(`${family}k`, magic + two));
    expect(json(files[path])).toEqual({ format_version: 1, [list]: wanted, expire_at_ms: null });
    expect(warnings).toEqual([]);
  });

  test('without a message is empty', () => {
    expect(json(decoded(row(`${family}k`, magic)).files[path])[list]).toEqual([]);
  });

  test('without any value is empty', () => {
    expect(json(decoded(row(`${family}k`)).files[path])[list]).toEqual([]);
  });

  test('is ignored when one element row exists', () => {
    const { files } = decoded(row(`${family}k`, magic + two), element('x'));
    expect(json(files[path])[list]).toHaveLength(1);
  });

  test('must be right also when an element row makes it unused', () => {
    for (const value of ['broken', magic.slice(0, -1), (magic + two).slice(0, -1)])
      expect(refusedRow(row(`${family}k`, value), element('x'))).toMatchObject({ key: `${family}k` });
  });

  test('is not ignored because of metadata, whose count and expiry are used', () => {
    const { files, warnings } = decoded(
      row(`${family}k`, magic + two),
      row(lengthKey(metadata, 'k'), u64(3n, 77n)),
      row('!redis|ttl|k', u64(99n)),
    );
    expect(json(files[path])).toEqual({ format_version: 1, [list]: wanted, expire_at_ms: 77 });
    expect(warnings.map(({ event, fields }) => [event, fields.declared_len, fields[`observed_${list}`]])).toEqual([
      [`redis_${type}_length_mismatch`, 3n, 2],
    ]);
  });

  test('takes the expiry of its index row', () => {
    const { files } = decoded(row(`${family}k`, magic + two), row('!redis|ttl|k', u64(99n)));
    expect(json(files[path]).expire_at_ms).toBe(99);
  });

  test('comes in its place among those with element rows', () => {
    const keys = ['', 'a', 'c', 'bb', 'k'];
    const { files } = decoded(
      ...keys.map((key) => row(`${family}${key}`, magic + two)),
      element('x'),
      ...['b', 'aa'].map((key) => row(lengthKey(metadata, key), u64(0n))),
    );
    expect(Object.keys(files)).toEqual(['', 'a', 'b', 'c', 'k', 'aa', 'bb'].map((key) => `${folder}/${key}.json`));
  });

  test('skips unknown fields, groups among them, and known numbers of another wire type', () => {
    const { files } = decoded(row(`${family}k`, magic + hex('1805 2b 0801 2c 22026869') + two + hex('0801')));
    expect(json(files[path])[list]).toEqual(wanted);
  });

  test.each([
    ['of other magic bytes', '\x00RX\x01'],
    ['shorter than the magic', magic.slice(0, 3)],
    ['cut inside its message', magic + two.slice(0, -1)],
    ['with a field number 0', `${magic}\x02\x00`],
    ['with a group that does not end', `${magic}\x2b`],
    ['with an end of a group that did not begin', `${magic}\x2c`],
    ['with a wire type that does not exist', `${magic}\x0e`],
  ])('is refused with a value %s, by its full key and its offset', (_, value) => {
    const first = row(`${family}a`, magic);
    const refused = refusedRow(first, row(`${family}key\xff`, value));
    expect(refused.key).toBe(`${family}key\xff`);
    expect(refused.rule).toMatch(`this ${family} row is wrong: `);
    expect(refused.offset).toBe(16 + 8 + first.key.length + 8 + 8 + 9 + first.value.length);
  });

  test('is refused when a string is not valid UTF-8', () => {
    expect(refusedRow(row(`${family}k`, magic + two.replace('a', '\xff'))).rule).toBe(
      `this ${family} row is wrong: a string is not valid UTF-8`,
    );
  });
});

test('a field of a one-row hash that comes twice has its last value; absent names and values are empty', () => {
  const value = hex('00524801 0a06 0a0161 120131 0a06 0a0161 120132 0a03 120133 0a03 0a0162');
  expect(json(decoded(row('!redis|hash|k', value)).files['hashes/k.json']).fields).toEqual([
    { name: '', value: '3' },
    { name: 'a', value: '2' },
    { name: 'b', value: '' },
  ]);
});

test('a member of a one-row set that comes twice is there once', () => {
  const { files } = decoded(row('!redis|set|k', hex('00525301 0a0162 0a0161 0a0162')));
  expect(json(files['sets/k.json']).members).toEqual(['a', 'b']);
});

test('a member of a one-row sorted set that comes twice has its last score; an absent score is 0, an absent member empty', () => {
  const value = hex(
    '00525a01 0a0c 0a0161 11000000000000f83f 0a03 0a0162 0a09 11000000000000f83f 0a0c 0a0161 110000000000000040',
  );
  expect(json(decoded(row('!redis|zset|k', value)).files['zsets/k.json']).members).toEqual([
    { member: '', score: 1.5 },
    { member: 'a', score: 2 },
    { member: 'b', score: 0 },
  ]);
});

test.each([
  ['NaN', '000000000000f87f'],
  ['NaN with a payload and a sign', '010000000000f0ff'],
])('a one-row sorted set with a score of %s is refused', (_, score) => {
  expect(refusedRow(row('!redis|zset|k', hex(`00525a01 0a0c 0a0161 11${score}`)))).toMatchObject({
    key: '!redis|zset|k',
    rule: 'this !redis|zset| row is wrong: a score is NaN',
  });
});

test('infinite scores of a one-row sorted set are kept', () => {
  const value = hex('00525a01 0a0c 0a0161 11000000000000f0ff 0a0c 0a0162 11000000000000f07f');
  expect(json(decoded(row('!redis|zset|k', value)).files['zsets/k.json']).members).toEqual([
    { member: 'a', score: '-inf' },
    { member: 'b', score: '+inf' },
  ]);
});
