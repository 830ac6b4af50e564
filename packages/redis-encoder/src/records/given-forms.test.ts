import type { SnapshotRow, Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { hashRecords, hyperLogLogRecords, listRecords, setRecords, sortedSetRecords, streamRecords } from '../index.ts';
import { ONE } from './given.test-data.ts';
import { rowsInHex } from './records.test-data.ts';

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
