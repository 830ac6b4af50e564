import { encodeFileName } from '@ekv/dump-tree';
import { describe, expect, test } from 'vitest';
import { decoded, f64, lengthKey, refusedRow, row, u64 } from './decoded.test-data.ts';
import type { NodeRow } from './node-file.test-data.ts';

const EXPIRY = 5795418435365n;
const index = (key: string, expiry = EXPIRY) => row(`!redis|ttl|${key}`, u64(expiry));
const ONE_VALUE_SORTED_SET = '\x00RZ\x01';
const ONE_VALUE_HASH = '\x00RH\x01';
const ONE_VALUE_SET = '\x00RS\x01';
const ENTRY = '\x00RXE\x01';

/** The expiry that the file or sidecar of a key holds; `none` for a file without one, undefined without a file. */
function expiryOf(files: Readonly<Record<string, string>>, path: string, key = 'k'): string | undefined {
  const file = files[`${path}/${key}.json`] ?? files[`${path}/${key}.jsonl`];
  if (file !== undefined) return /"expire_at_ms": ?([^\n}]*)/.exec(file)![1]!.replace('null', 'none');
  if (files[`${path}/${key}.bin`] === undefined) return undefined;
  return new RegExp(`"key":"${key}","expire_at_ms":([0-9]+)`).exec(files[`${path}_ttl.jsonl`] ?? '')?.[1] ?? 'none';
}

const COLLECTIONS = [
  ['hash', 'hashes', '!hs|meta|', [1n]],
  ['set', 'sets', '!st|meta|', [1n]],
  ['sorted set', 'zsets', '!zs|meta|', [1n]],
  ['stream', 'streams', '!stream|meta|', [1n, 0n, 0n]],
  ['list', 'lists', '!lst|meta|', [0n, 1n, 1n]],
] as const;
const metadataKey = (prefix: string, key: string) => (prefix === '!lst|meta|' ? prefix + key : lengthKey(prefix, key));

describe.each(COLLECTIONS)('the expiry of a %s', (_, folder, prefix, numbers) => {
  const metadata = (...expiry: bigint[]) => row(metadataKey(prefix, 'k'), u64(...numbers, ...expiry));

  test('is the field of long metadata, not the index row', () => {
    expect(expiryOf(decoded(metadata(77n), index('k')).files, folder)).toBe('77');
  });

  test('is none when the field is 0, whatever the index row says', () => {
    const { files, warnings } = decoded(metadata(0n), index('k'));
    expect(expiryOf(files, folder)).toBe('none');
    expect(warnings.map(({ event }) => event)).not.toContain('redis_orphan_ttl');
  });

  test('in long metadata is not clamped', () => {
    expect(expiryOf(decoded(metadata(2n ** 64n - 1n)).files, folder)).toBe('18446744073709551615');
  });

  test('is the index row when metadata is short', () => {
    expect(expiryOf(decoded(metadata(), index('k')).files, folder)).toBe(`${EXPIRY}`);
  });

  test('out of an index row is clamped to the largest signed number', () => {
    expect(expiryOf(decoded(metadata(), index('k', 2n ** 63n)).files, folder)).toBe('9223372036854775807');
  });

  test('out of an index row of 0 is 0', () => {
    expect(expiryOf(decoded(metadata(), index('k', 0n)).files, folder)).toBe('0');
  });

  test('is none when metadata is short and there is no index row', () => {
    expect(expiryOf(decoded(metadata()).files, folder)).toBe('none');
  });
});

test('the expiry field counts in the longest form of stream metadata too', () => {
  const { files } = decoded(row(lengthKey('!stream|meta|', 'k'), u64(0n, 0n, 0n, 77n, 1n, 2n)), index('k'));
  expect(expiryOf(files, 'streams')).toBe('77');
});

test.each([
  ['fields', 'hashes', row(lengthKey('!hs|fld|', 'k', 'f'), 'v')],
  ['members of a set', 'sets', row(lengthKey('!st|mem|', 'k', 'm'))],
  ['members of a sorted set', 'zsets', row(lengthKey('!zs|mem|', 'k', 'm'), f64(1))],
  ['items', 'lists', row(`!lst|itm|k${u64(1n << 63n)}`, 'v')],
  ['an older one-row hash', 'hashes', row('!redis|hash|k', ONE_VALUE_HASH)],
  ['an older one-row set', 'sets', row('!redis|set|k', ONE_VALUE_SET)],
  ['an older one-row sorted set', 'zsets', row('!redis|zset|k', ONE_VALUE_SORTED_SET)],
])('%s without metadata take the index row', (_, folder, element) => {
  const { files, warnings } = decoded(element, index('k'));
  expect(expiryOf(files, folder)).toBe(`${EXPIRY}`);
  expect(warnings).toEqual([]);
});

/** Each type in a form that leaves the expiry to the index row. */
const BARE: Record<string, (key: string) => NodeRow[]> = {
  hashes: (key) => [row(lengthKey('!hs|fld|', key, 'f'), 'v')],
  lists: (key) => [row(`!lst|itm|${key}${u64(1n << 63n)}`, 'v')],
  hll: (key) => [row(`!redis|hll|${key}`, 'v')],
  strings: (key) => [row(`!redis|str|${key}`, 'v')],
  streams: (key) => [row(lengthKey('!stream|meta|', key), u64(0n, 0n, 0n))],
  sets: (key) => [row(lengthKey('!st|mem|', key, 'm'))],
  zsets: (key) => [row(lengthKey('!zs|mem|', key, 'm'), f64(1))],
  'one-row zsets': (key) => [row(`!redis|zset|${key}`, ONE_VALUE_SORTED_SET)],
};
const LAST_OF = ['hashes', 'lists', 'hll', 'strings'];
const FIRST_OF = ['one-row zsets', 'streams', 'sets', 'zsets'];

test('of several types under one key the last of hash, list, HyperLogLog, string takes the index row, else the first of one-row sorted set, stream, set, sorted set', () => {
  const types = Object.keys(BARE);
  const subsets = Array.from({ length: 2 ** types.length - 1 }, (_, i) => ({
    key: `k${i + 1}`,
    chosen: types.filter((__, bit) => ((i + 1) >> bit) & 1),
  }));
  const { files } = decoded(
    ...subsets.flatMap(({ key, chosen }) => [...chosen.flatMap((type) => BARE[type]!(key)), index(key)]),
  );
  for (const { key, chosen } of subsets) {
    const among = (order: string[]) => order.filter((type) => chosen.includes(type));
    const owner = among(LAST_OF).at(-1) ?? among(FIRST_OF)[0]!;
    const written = [...new Set(chosen.map((type) => type.replace('one-row ', '')))].sort();
    const wanted = written.map((type) => [type, type === owner.replace('one-row ', '') ? `${EXPIRY}` : 'none']);
    expect([key, written.map((type) => [type, expiryOf(files, type, key)])]).toEqual([key, wanted]);
  }
});

test.each([
  ['an older one-row hash stands as hash: before a set', row('!redis|hash|k', ONE_VALUE_HASH), 'sets', 'hashes'],
  ['an older one-row hash stands as hash: behind a list', row('!redis|hash|k', ONE_VALUE_HASH), 'lists', 'lists'],
  ['an older one-row set stands as set: behind a stream', row('!redis|set|k', ONE_VALUE_SET), 'streams', 'streams'],
  ['an older one-row set stands as set: before a sorted set', row('!redis|set|k', ONE_VALUE_SET), 'zsets', 'sets'],
])('%s', (_, oneRow, other, owner) => {
  const { files } = decoded(oneRow, ...BARE[other]!('k'), index('k'));
  expect(expiryOf(files, owner)).toBe(`${EXPIRY}`);
});

test.each([
  ['the header of a string', row('!redis|str|k', '\xff\x01\x00v'), 'hashes'],
  ['the header of a HyperLogLog', row('!redis|hll|k', '\xff\x02\x00v'), 'lists'],
  ['long metadata of a list', row('!lst|meta|k', u64(0n, 0n, 0n, 0n)), 'hashes'],
])('%s swallows the index row of another type under the key', (_, swallowing, other) => {
  const { files, warnings } = decoded(swallowing, ...BARE[other]!('k'), index('k'));
  expect(expiryOf(files, other)).toBe('none');
  expect(JSON.stringify(files)).not.toContain(`${EXPIRY}`);
  expect(warnings.map(({ event }) => event)).not.toContain('redis_orphan_ttl');
});

test('a stream without metadata has no file, yet it consumes its index row', () => {
  const { files, warnings } = decoded(row(lengthKey('!stream|entry|', 'k', u64(1n, 2n)), ENTRY), index('k'));
  expect(files).toEqual({});
  expect(warnings.map(({ event }) => event)).toEqual(['redis_stream_orphan_entries_without_meta']);
});

test('index rows of keys that do not exist leave no file and are counted in one warning that names the first', () => {
  const { files, warnings } = decoded(index('gone'), index('lost\xff'), index('k'), row('!redis|str|k', 'v'));
  expect(Object.keys(files)).toEqual(['strings/k.bin', 'strings_ttl.jsonl']);
  expect(warnings).toEqual([
    {
      event: 'redis_orphan_ttl',
      message: expect.any(String),
      fields: { count: 2, example: 'gone' },
      loss: true,
    },
  ]);
});

test.each([
  ['a score row', row(lengthKey('!zs|scr|', 'k', `${u64(1n << 63n)}m`))],
  ['a pop marker', row(`!lst|claim|${lengthKey('', 'k')}${u64(1n << 63n)}`)],
  ['a count change of a hash', row(`${lengthKey('!hs|meta|d|', 'k')}${u64(1n)}\0\0\0\0`, u64(1n))],
  ['a count change of a list', row(`${lengthKey('!lst|meta|d|', 'k')}${u64(1n)}\0\0\0\0`, u64(0n, 1n))],
  ['a deleted string', { ...row('!redis|str|k', 'v'), tombstone: true }],
])('%s does not make a key exist', (_, lone) => {
  const { files, warnings } = decoded(lone, index('k'));
  expect(files).toEqual({});
  expect(warnings.map(({ event, fields }) => [event, fields.count])).toEqual([['redis_orphan_ttl', 1]]);
});

test.each([7, 9, 0])('an index row of %i bytes is refused, also when it would be ignored', (length) => {
  const wrong = row('!redis|ttl|key', '\0'.repeat(length));
  for (const rows of [[wrong], [row('!redis|str|key', '\xff\x01\x00v'), wrong]]) {
    expect(refusedRow(...rows)).toMatchObject({
      key: '!redis|ttl|key',
      rule: 'the value of a !redis|ttl| row must be 8 bytes, an expiry in milliseconds',
    });
  }
});

test('an index row under a deletion is not there', () => {
  const { files, warnings } = decoded(row('!redis|str|k', 'v'), { ...row('!redis|ttl|k', 'bad'), tombstone: true });
  expect(files).toEqual({ 'strings/k.bin': 'v' });
  expect(warnings).toEqual([]);
});

test('index rows find their keys where keys extend each other and were written at different times', () => {
  const keys = ['', '\xfe', '\xfe]', 'a', 'a\xfe', 'ab', 'a\xff', 'a\xff\xff', 'b'];
  const times = [1n, 100n, 117664502744219697n, 2n ** 63n, 2n ** 64n - 1n];
  const rows = keys.flatMap((key, i) => [
    row(`!redis|str|${key}`, `value of ${i}`, times[i % 5]),
    row(`!redis|ttl|${key}`, u64(BigInt(i + 1)), times[(i * 3 + 1) % 5]),
  ]);
  const { files, warnings } = decoded(...rows);
  expect(warnings).toEqual([]);
  const line = (key: string, i: number) =>
    `{"key":"${encodeFileName(Buffer.from(key, 'latin1'))}","expire_at_ms":${i + 1}}`;
  expect(files['strings_ttl.jsonl']!.trimEnd().split('\n').sort()).toEqual(keys.map(line).sort());
});
