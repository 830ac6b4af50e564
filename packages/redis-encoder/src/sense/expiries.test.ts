import { InputTree } from '@ekv/dump-tree';
import { DuplicateKeyError, ScratchFolder } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { encoded, encodedTree, plant, temporaryFolder } from '../encode/encoded.test-data.ts';
import { encodeRedis } from '../encode/index.ts';

const NOW = 1_800_000_000_000n;
const LATER = NOW + 1000n;
const u64 = (value: bigint) => Buffer.from(value.toString(16).padStart(16, '0'), 'hex').toString('latin1');
const collection = (list: string, expiry: bigint) => `{"format_version":1,"${list}":[],"expire_at_ms":${expiry}}`;

/** Every place of a tree where an expiry can stand. */
const PLACES: ReadonlyArray<[name: string, files: (expiry: bigint) => Record<string, string>, row: string]> = [
  [
    'a string',
    (e) => ({ 'strings/k.bin': 'v', 'strings_ttl.jsonl': `{"key":"k","expire_at_ms":${e}}` }),
    '!redis|str|k',
  ],
  [
    'a HyperLogLog',
    (e) => ({ 'hll/k.bin': '\x00RS\x01', 'hll_ttl.jsonl': `{"key":"k","expire_at_ms":${e}}` }),
    '!redis|hll|k',
  ],
  ['a hash', (e) => ({ 'hashes/k.json': collection('fields', e) }), '!hs|meta|\0\0\0\x01k'],
  ['a set', (e) => ({ 'sets/k.json': collection('members', e) }), '!st|meta|\0\0\0\x01k'],
  ['a list', (e) => ({ 'lists/k.json': collection('items', e) }), '!lst|meta|k'],
  ['a sorted set', (e) => ({ 'zsets/k.json': collection('members', e) }), '!zs|meta|\0\0\0\x01k'],
  ['a stream', (e) => ({ 'streams/k.jsonl': `{"_meta":true,"expire_at_ms":${e}}` }), '!stream|meta|\0\0\0\x01k'],
];

describe.each(PLACES)('the expiry of %s', (_, files, row) => {
  const warningsOf = (expiry: bigint, shiftMs = 0n) => encoded(files(expiry), { nowMs: NOW, shiftMs }).warnings;

  test('that is past is a warning that names the place and is never refused', () => {
    const [warning, ...more] = warningsOf(NOW);
    expect(more).toEqual([]);
    expect(warning).toMatchObject({ event: 'redis_past_expiry', fields: { count: 1 } });
    expect(warning!.message).toMatch(
      /for example .*(ttl\.jsonl, the line of k|k\.jsonl?), "expire_at_ms": 1800000000000; .*the option shiftTimes/,
    );
    expect(warning!.loss || warning!.doubt).toBeFalsy();
  });

  test.each([0n, LATER])('is no reason to warn when it is %s', (expiry) => {
    expect(warningsOf(expiry)).toEqual([]);
  });

  test.each([1_800_000_000n, 3600n])('such as %s gets a hint that it is no time in milliseconds', (expiry) => {
    expect(warningsOf(expiry)).toMatchObject([
      {
        event: 'redis_past_expiry',
        message: expect.stringMatching(/look like seconds, or like times that count from now/),
      },
    ]);
  });

  test('that no server can count to is in doubt', () => {
    expect(warningsOf(2n ** 63n)).toMatchObject([{ event: 'redis_expiry_too_large', doubt: true }]);
  });

  test('is moved in value, metadata and index row, and judged as moved', () => {
    const { rows, warnings } = encoded(files(NOW - 5000n), { nowMs: NOW, shiftMs: 6000n });
    expect(warnings).toEqual([]);
    expect(rows[row]).toContain(u64(NOW + 1000n));
    if (!row.includes('str')) expect(rows['!redis|ttl|k']).toBe(u64(NOW + 1000n));
  });

  test('that is none is not moved', () => {
    const { rows } = encoded(files(0n), { nowMs: NOW, shiftMs: 6000n });
    expect(Object.keys(rows).filter((key) => key.startsWith('!redis|ttl|'))).toEqual([]);
  });

  test.each([
    [5n, -5n],
    [2n ** 63n - 5n, 5n],
  ])('%s moved by %s is refused with its place: nothing is clamped', (expiry, shiftMs) => {
    const root = temporaryFolder();
    plant(root, files(expiry));
    expect(() => encodedTree(root, { nowMs: NOW, shiftMs })).toThrow(
      /k.*: the expiry \d+ moved by -?5 ms is \d+, which is no time/,
    );
  });
});

test('past expiries of all kinds are one warning with their number', () => {
  const files = Object.assign({}, ...PLACES.map(([, place], i) => renamed(place(NOW), `k${i}`)));
  expect(encoded(files, { nowMs: NOW }).warnings).toMatchObject([{ event: 'redis_past_expiry', fields: { count: 7 } }]);
});

function renamed(files: Record<string, string>, key: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path.replace(/\/k\./, `/${key}.`),
      text.replace('"key":"k"', `"key":"${key}"`),
    ]),
  );
}

test('a payload that no server wrote is told: PFCOUNT of it would fail', () => {
  const { warnings } = encoded({ 'hll/a.bin': 'HYLL\x01', 'hll/b.bin': '\x00RS\x01\x0a\x01a', 'hll/c.bin': 'HYLL' });
  expect(warnings).toMatchObject([
    {
      event: 'redis_not_a_hyperloglog',
      fields: { count: 2, example: expect.stringContaining('hll/a.bin') },
      doubt: true,
    },
  ]);
});

test('an entry 0-0 of a stream is told: no server gives that id out', () => {
  const { warnings } = encoded({
    'streams/s.jsonl': '{"id":"0-0","fields":[{"name":"a","value":"b"}]}\n{"_meta":true,"length":1}',
  });
  expect(warnings).toMatchObject([{ event: 'redis_stream_zero_id', doubt: true }]);
});

test('an entry without a field, and a stream at the end of all ids, are told', () => {
  const max = '18446744073709551615';
  const { warnings } = encoded({
    'streams/s.jsonl': `{"id":"1-0"}\n{"_meta":true,"length":1,"last_ms":${max},"last_seq":${max}}`,
  });
  expect(warnings.map(({ event, doubt }) => [event, doubt])).toEqual([
    ['redis_stream_no_fields', true],
    ['redis_exhausted_stream', true],
  ]);
});

test.each([
  ['9007199254740993', true],
  ['-36028797018963969', true],
  ['1e-400', true],
  ['0.00000000000000000000', false],
  ['9007199254740992', false],
  ['0.1234567890123456789', false],
  ['12345678901234567000', false],
])('the score %s is rounded: %s', (score, isRounded) => {
  const { warnings } = encoded({ 'zsets/z.json': `{"format_version":1,"members":[{"member":"m","score":${score}}]}` });
  expect(warnings.map(({ event, loss }) => [event, loss])).toEqual(isRounded ? [['redis_rounded_score', true]] : []);
});

test('a key with values of two kinds is told with both, and the one a server shows first', () => {
  const { warnings } = encoded({
    'zsets/k.json': '{"format_version":1,"members":[]}',
    'lists/k.json': collection('items', 9n),
    'strings/k2.bin': '',
  });
  expect(warnings).toEqual([
    {
      event: 'redis_two_kinds',
      message: expect.stringMatching(
        /^the key k has values of several kinds \(list, sorted set\); a server shows the list /,
      ),
      fields: { key: 'k', kinds: 'list,sorted set' },
    },
  ]);
});

test('of very many keys with two kinds the first are told and the rest counted', () => {
  const files: Record<string, string> = {};
  for (let i = 0; i < 30; i++) {
    files[`strings/k${i}.bin`] = '';
    files[`sets/k${i}.json`] = '{"format_version":1,"members":[]}';
  }
  const { warnings } = encoded(files);
  expect(warnings).toHaveLength(21);
  expect(warnings.at(-1)!.fields).toEqual({ count: 30, shown: 20 });
});

const EXPIRING: ReadonlyArray<readonly [kind: string, files: Readonly<Record<string, string>>]> = [
  ['hash', { 'hashes/k.json': collection('fields', 7n) }],
  ['list', { 'lists/k.json': collection('items', 8n) }],
  ['HyperLogLog', { 'hll/k.bin': '', 'hll_ttl.jsonl': '{"key":"k","expire_at_ms":9}' }],
  ['set', { 'sets/k.json': collection('members', 10n) }],
  ['sorted set', { 'zsets/k.json': collection('members', 11n) }],
  ['stream', { 'streams/k.jsonl': '{"_meta":true,"expire_at_ms":12}' }],
];

test.each(
  EXPIRING.flatMap(([first, files], i) =>
    EXPIRING.slice(i + 1).map((other) => [first, other[0], { ...files, ...other[1] }] as const),
  ),
)('a key that expires as a %s and as a %s is refused with its name and both kinds', (first, second, files) => {
  const root = temporaryFolder();
  plant(root, files);
  const scratch = new ScratchFolder();
  const encode = () => [...encodeRedis(new InputTree(root), { scratch, warn: () => {} })];
  expect(encode).toThrow(DuplicateKeyError);
  expect(encode).toThrow(`duplicate key !redis|ttl|k: the key k expires as ${first} and as ${second}, and a snapshot`);
  scratch.remove();
});

test.each(EXPIRING)('a key that expires as a %s is accepted beside a string that expires', (_, files) => {
  const string = { 'strings/k.bin': 'v', 'strings_ttl.jsonl': '{"key":"k","expire_at_ms":9}' };
  expect(Object.keys(encoded({ ...files, ...string }).rows)).toContain('!redis|ttl|k');
});

test('of expiries that are past though they were moved it is not said to move them', () => {
  const files = { 'lists/k.json': collection('items', 1_800_000_000_000n) };
  const said = (shiftMs: bigint) => encoded(files, { shiftMs, nowMs: 1_900_000_000_000n }).warnings[0]!.message;
  expect(said(0n)).toContain('the option shiftTimes');
  expect(said(1n)).toMatch(/^keys expired before the dump was taken/);
  expect(said(1n)).not.toContain('the option shiftTimes');
});
