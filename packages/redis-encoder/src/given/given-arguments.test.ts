import { ArgumentError, type SnapshotRow, type Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import {
  hashRecords,
  hyperLogLogRecords,
  listRecords,
  setRecords,
  sortedSetRecords,
  streamRecords,
  stringRecord,
} from '../index.ts';
import { rowsInHex } from '../records/records.test-data.ts';

/** What JavaScript passes, whatever the types say. */
// biome-ignore lint/suspicious/noExplicitAny: the wrong types are the matter here.
type Anything = any;

const refusal = (make: () => Iterable<SnapshotRow>): string => {
  try {
    for (const _ of make());
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
};

const ONE: Readonly<Record<string, (key: Anything, options?: Anything) => Iterable<SnapshotRow>>> = {
  string: (key, options) => [stringRecord(key, 'v', options)],
  HyperLogLog: (key, options) => hyperLogLogRecords(key, Buffer.from('00525301', 'hex'), options),
  hash: (key, options) => hashRecords(key, { f: 'v' }, options),
  list: (key, options) => listRecords(key, ['i'], options),
  set: (key, options) => setRecords(key, ['m'], options),
  'sorted set': (key, options) => sortedSetRecords(key, { m: 1 }, options),
  stream: (key, options) => streamRecords(key, [['1-0', ['f', 'v']]], options),
};

test.each(Object.keys(ONE))('text in place of bytes is UTF-8: the key of a %s', (kind) => {
  expect(rowsInHex(ONE[kind]!('Zürich'))).toEqual(rowsInHex(ONE[kind]!(Buffer.from('Zürich'))));
});

test.each(Object.keys(ONE))('what is no key is refused in the words of the caller: %s', (kind) => {
  for (const [given, what] of [
    [undefined, 'must be text or bytes, not nothing'],
    [null, 'must be text or bytes, not null'],
    [7, 'must be text or bytes, not a value of type number'],
    [['a'], 'must be text or bytes, not an array'],
    ['a\ud800', 'has a lone surrogate, so it has no form in UTF-8'],
  ])
    expect(refusal(() => ONE[kind]!(given))).toBe(`the key of a ${kind} ${what}`);
});

test.each(Object.keys(ONE))('an expiry that stands for none is none: %s', (kind) => {
  const permanent = rowsInHex(ONE[kind]!('k'));
  for (const none of [undefined, null, 0, 0n, -1, -1n])
    for (const options of [none, { expireAt: none }]) expect(rowsInHex(ONE[kind]!('k', options))).toEqual(permanent);
  expect(rowsInHex(ONE[kind]!('k', {}))).toEqual(permanent);
});

test.each(Object.keys(ONE))('an expiry is a number, a bigint or a Date: %s', (kind) => {
  const at = 5795418435365;
  const expected = rowsInHex(ONE[kind]!('k', BigInt(at)));
  expect(expected.join()).toContain('0000054559db6f25');
  for (const same of [at, new Date(at), { expireAt: at }, { expireAt: new Date(at) }])
    expect(rowsInHex(ONE[kind]!('k', same))).toEqual(expected);
});

test.each(Object.keys(ONE))('what is no expiry is refused with the key: %s', (kind) => {
  const range = `must be from 1 to ${2n ** 63n - 1n} ms after 1970, which a server can count, not`;
  for (const [given, what] of [
    [-2, 'is -2, which PEXPIRETIME gives for a key that does not exist'],
    [new Date(0), `${range} 0`],
    [2n ** 63n, `${range} ${2n ** 63n}`],
    [new Date(Number.NaN), 'is no valid Date'],
    [-3n, `must be from 0 to ${2n ** 64n - 1n}, not -3`],
    [1.5, 'must be a whole number (a bigint, or a number up to 2^53 - 1), not 1.5'],
    ['0', 'must be a whole number (a bigint, or a number up to 2^53 - 1), not a text'],
    [false, 'must be a whole number (a bigint, or a number up to 2^53 - 1), not a value of type boolean'],
  ])
    expect(refusal(() => ONE[kind]!('k', { expireAt: given }))).toBe(`the expiry of the ${kind} k ${what}`);
});

test.each(Object.keys(ONE))(
  'an option that is misspelt is refused, it would give a key that never expires: %s',
  (kind) => {
    expect(refusal(() => ONE[kind]!('k', { expireAtMs: 5n }))).toBe(`the ${kind} k has no option "expireAtMs"`);
    expect(refusal(() => ONE[kind]!('k', [5n]))).toBe(`the options of the ${kind} k must be an object, not an array`);
    expect(refusal(() => ONE[kind]!('k', { warn: 5 }))).toBe(
      `the option "warn" of the ${kind} k must be a function, not a value of type number`,
    );
  },
);

const key = 'user:1';
test.each<[string, () => Anything, string]>([
  [
    'a value that GET did not find',
    () => [stringRecord(key, null as Anything)],
    'the value of the string user:1 must be text or bytes, not null',
  ],
  [
    'a payload',
    () => hyperLogLogRecords(key, 5 as Anything),
    'the payload of the HyperLogLog user:1 must be text or bytes, not a value of type number',
  ],
  [
    'a value of a field',
    () => hashRecords(key, { city: 5 as Anything }),
    'the value of field city of the hash user:1 must be text or bytes, not a value of type number',
  ],
  [
    'a name of a field',
    () =>
      hashRecords(key, [
        ['a', 'b'],
        [null as Anything, 'b'],
      ]),
    'the name of field 2 of the hash user:1 must be text or bytes, not null',
  ],
  [
    'a flat reply of HGETALL',
    () => hashRecords(key, ['a', 'b'] as Anything),
    'field 1 of the hash user:1 must be { name, value } or [name, value], not a text',
  ],
  [
    'a field of three parts',
    () => hashRecords(key, [['a', 'b', 'c']] as Anything),
    'field 1 of the hash user:1 must be { name, value } or [name, value], not an array of 3',
  ],
  [
    'fields that nobody waited for',
    () => hashRecords(key, Promise.resolve({}) as Anything),
    'the fields of the hash user:1 are a Promise that nobody waited for; write await before it',
  ],
  [
    'a Date for fields',
    () => hashRecords(key, new Date() as Anything),
    'the fields of the hash user:1 must be an iterable, an async iterable or a plain object, not a value of type object',
  ],
  [
    'bytes for fields',
    () => hashRecords(key, Buffer.alloc(0) as Anything),
    'the fields of the hash user:1 must be an iterable, an async iterable or a plain object, not bytes',
  ],
  [
    'text for items',
    () => listRecords(key, 'abc' as Anything),
    'the items of the list user:1 must be an iterable or an async iterable, not a text',
  ],
  [
    'an item',
    () => listRecords(key, ['a', 5 as Anything]),
    'item 2 of the list user:1 must be text or bytes, not a value of type number',
  ],
  [
    'a member',
    () => setRecords(key, ['a', undefined as Anything]),
    'member 2 of the set user:1 must be text or bytes, not nothing',
  ],
  [
    'an object for a set',
    () => setRecords(key, {} as Anything),
    'the members of the set user:1 must be an iterable or an async iterable, not a value of type object',
  ],
  [
    'a score that is NaN',
    () => sortedSetRecords(key, { bob: Number.NaN }),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not NaN',
  ],
  [
    'a score that is no number',
    () => sortedSetRecords(key, [['bob', '1,5']]),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not "1,5"',
  ],
  [
    'a score that is too large',
    () => sortedSetRecords(key, { bob: '1e400' }),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not "1e400"',
  ],
  [
    'a score that is missing',
    () => sortedSetRecords(key, [{ member: 'bob' } as Anything]),
    'the score of bob in the sorted set user:1 must be a number that a double can hold, "inf" or "-inf", not nothing',
  ],
  [
    'an id',
    () => streamRecords(key, [['1', []]]),
    'the id of entry 1 of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "1"',
  ],
  [
    'an id with a zero in front',
    () => streamRecords(key, [['01-2', []]]),
    'the id of entry 1 of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "01-2"',
  ],
  [
    'an id of 65 bits',
    () => streamRecords(key, [[{ ms: 2n ** 64n, seq: 0 }, []]]),
    `the id of entry 1 of the stream user:1 must be from 0 to ${2n ** 64n - 1n}, not ${2n ** 64n}`,
  ],
  [
    'a last id',
    () => streamRecords(key, [], { last: 'x' }),
    'the last id of the stream user:1 must be two numbers of 64 bits joined by "-", as 1714400000000-0, not "x"',
  ],
  [
    'a name without a value',
    () => streamRecords(key, [['1-0', ['a']]]),
    'entry 1-0 of the stream user:1 has a field name without a value',
  ],
  [
    'a field that is no text',
    () => streamRecords(key, [['1-0', ['a', Buffer.from([0xff])]]]),
    'entry 1-0 of the stream user:1: "\\xff" is not UTF-8; elastickv has streams of text alone',
  ],
  [
    'a field of an entry',
    () => streamRecords(key, [['1-0', { a: 5 as Anything }]]),
    'a field of entry 1-0 of the stream user:1 must be text or bytes, not a value of type number',
  ],
  [
    'fields of an entry that are missing',
    () => streamRecords(key, [{ id: '1-0' } as Anything]),
    'the fields of entry 1-0 of the stream user:1 must be an iterable, an async iterable or a plain object, not nothing',
  ],
])('%s that cannot be written is refused, with its place', (_, records, message) => {
  expect(refusal(records)).toBe(message);
});

test('fields, members and entries come in the forms of Redis clients', () => {
  const fields = rowsInHex(hashRecords('k', [{ name: 'a', value: 'b' }]));
  for (const same of [
    { a: 'b' },
    new Map([['a', 'b']]),
    [['a', Buffer.from('b')] as const],
    Object.assign(Object.create(null), { a: 'b' }),
  ])
    expect(rowsInHex(hashRecords('k', same))).toEqual(fields);
  const members = rowsInHex(sortedSetRecords('k', [{ member: 'a', score: 1.5 }]));
  for (const same of [
    { a: 1.5 },
    { a: '1.5' },
    new Map([['a', 1.5]]),
    [{ value: 'a', score: 1.5 }],
    [['a', Buffer.from('1.5')] as const],
  ])
    expect(rowsInHex(sortedSetRecords('k', same))).toEqual(members);
  const entries = rowsInHex(streamRecords('k', [{ ms: 1n, seq: 2n, fields: [Buffer.from('a'), Buffer.from('b')] }]));
  for (const same of [
    { id: '1-2', fields: { a: 'b' } },
    { id: '1-2', message: Object.assign(Object.create(null), { a: 'b' }) },
    { id: { ms: 1, seq: 2 }, fields: new Map([['a', 'b']]) },
    [Buffer.from('1-2'), ['a', 'b']] as const,
    ['1-2', [['a', 'b']]] as const,
  ])
    expect(rowsInHex(streamRecords('k', [same]))).toEqual(entries);
});

test.each([
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
  ['1e3', 1000],
  ['.5', 0.5],
])('the score "%s" is what Redis means by it', (text, score) => {
  expect(rowsInHex(sortedSetRecords('k', { m: text }))).toEqual(rowsInHex(sortedSetRecords('k', { m: score })));
});

async function allOf(rows: AsyncIterable<SnapshotRow>): Promise<SnapshotRow[]> {
  const all: SnapshotRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

test('a collection of an async source has the rows of a synchronous one', async () => {
  async function* later<T>(elements: readonly T[]) {
    for (const element of elements) yield element;
  }
  const fields = [
    ['a', 'b'],
    ['c', 'd'],
  ] as const;
  const entries = [
    ['1-0', ['f', 'v']],
    ['1-1', ['f', 'w']],
  ] as const;
  for (const [rows, same] of [
    [hashRecords('k', later(fields), 7), hashRecords('k', fields, 7)],
    [listRecords('k', later(['a', 'b']), 7), listRecords('k', ['a', 'b'], 7)],
    [setRecords('k', later(['a', 'b'])), setRecords('k', ['a', 'b'])],
    [sortedSetRecords('k', later([['a', 1] as const])), sortedSetRecords('k', [['a', 1]])],
    [streamRecords('k', later(entries)), streamRecords('k', entries)],
  ] as const)
    expect(rowsInHex(await allOf(rows))).toEqual(rowsInHex(same));
});

test('elements are taken as their rows are asked for, and a source that is left early is told so', () => {
  let taken = 0;
  let ended = false;
  function* members() {
    try {
      for (;;) yield String(taken++);
    } finally {
      ended = true;
    }
  }
  for (const _ of setRecords('k', members())) if (taken === 5) break;
  expect([taken, ended]).toEqual([5, true]);
});

function warningsOf(make: (warn: (warning: Warning) => void) => Iterable<SnapshotRow>): Warning[] {
  const warnings: Warning[] = [];
  for (const _ of make((warning) => warnings.push(warning)));
  return warnings;
}

test.each(Object.keys(ONE))('a past expiry is told to "warn": %s', (kind) => {
  const [past, ...more] = warningsOf((warn) => ONE[kind]!('k', { expireAt: new Date('2020-01-01'), warn }));
  expect(more).toEqual([]);
  expect(past).toMatchObject({
    event: 'redis_past_expiry',
    fields: { count: 1, example: `the ${kind} k, 1577836800000` },
  });
  expect(past!.message).not.toContain('--');
  const [seconds] = warningsOf((warn) => ONE[kind]!('k', { expireAt: 1795417864, warn }));
  expect(seconds!.message).toContain('the numbers look like seconds');
  expect(warningsOf((warn) => ONE[kind]!('k', { expireAt: 2n ** 63n - 1n, warn }))).toEqual([]);
});

test.each<[string, (warn: (warning: Warning) => void) => Iterable<SnapshotRow>]>([
  ['redis_not_a_hyperloglog', (warn) => hyperLogLogRecords('k', 'HYLL\x01', { warn })],
  ['redis_rounded_score', (warn) => sortedSetRecords('k', { m: '9007199254740993' }, { warn })],
  ['redis_stream_zero_id', (warn) => streamRecords('k', [['0-0', ['f', 'v']]], { warn })],
  [
    'redis_stream_no_fields',
    (warn) =>
      streamRecords(
        'k',
        [
          ['1-0', []],
          ['2-0', []],
        ],
        { warn },
      ),
  ],
  ['redis_exhausted_stream', (warn) => streamRecords('k', [], { last: `${2n ** 64n - 1n}-${2n ** 64n - 1n}`, warn })],
])('what a server could not serve is told to "warn", once for its kind: %s', (event, make) => {
  expect(warningsOf(make).map((warning) => warning.event)).toEqual([event]);
});
