import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  ArgumentError,
  Damage,
  openSnapshot,
  RowError,
  SnapshotFormatError,
  type Warning,
  writeSnapshot,
} from '@ekv/snapshot';
import { openFilesIn } from '@ekv/test-support/open-files';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { decoded, hex, lengthKey, row, u64 } from '../decode/decoded.test-data.ts';
import { hashRecords, listRecords, setRecords, sortedSetRecords, streamRecords, stringRecord } from '../index.ts';
import { redisKeys } from './index.ts';
import { keysOf, withSnapshot } from './read-rows.test-data.ts';

const ALL_TYPES = [
  row('!redis|str|a', '\xff\x01\x00one'),
  row('!redis|str|b', `\xff\x01\x01${u64(77n)}two`),
  row('!redis|hll|h', 'payload'),
  row('!redis|ttl|h', u64(78n)),
  row(lengthKey('!hs|meta|', 'user:1'), u64(2n)),
  row(lengthKey('!hs|fld|', 'user:1', 'name'), 'Alice'),
  row(lengthKey('!hs|fld|', 'user:1', 'city'), 'Z'),
  row('!lst|meta|l', u64(0n, 2n, 2n)),
  row(`!lst|itm|l${u64(1n << 63n)}`, 'first'),
  row(`!lst|itm|l${u64((1n << 63n) + 1n)}`, 'second'),
  row(lengthKey('!st|meta|', 's'), u64(1n, 79n)),
  row(lengthKey('!st|mem|', 's', 'm\xff')),
  row(lengthKey('!zs|meta|', 'z'), u64(1n)),
  row(lengthKey('!zs|mem|', 'z', 'm'), hex('3ff8000000000000')),
  row(lengthKey('!stream|meta|', 'x'), u64(1n, 5n, 6n)),
  row(lengthKey('!stream|entry|', 'x', u64(5n, 0n)), hex('0052584501 0a03352d30 120166 120176')),
];

test('each key comes with its type, its expiry and its value', () => {
  expect(keysOf(ALL_TYPES)).toEqual([
    { type: 'hyperloglog', key: 'h', expireAt: 78n, value: 'payload' },
    { type: 'string', key: 'a', expireAt: null, value: 'one' },
    { type: 'string', key: 'b', expireAt: 77n, value: 'two' },
    {
      type: 'hash',
      key: 'user:1',
      expireAt: null,
      value: [
        ['city', 'Z'],
        ['name', 'Alice'],
      ],
    },
    { type: 'list', key: 'l', expireAt: null, value: ['first', 'second'] },
    { type: 'set', key: 's', expireAt: 79n, value: ['m\xff'] },
    { type: 'zset', key: 'z', expireAt: null, value: [{ member: 'm', score: 1.5 }] },
    { type: 'stream', key: 'x', expireAt: null, lastId: '5-6', value: [{ id: '5-0', fields: [['f', 'v']] }] },
  ]);
});

test('values without a header, and the older one-value collections, have the expiries of their index rows', () => {
  const rows = [
    ...['a', 'aa', 'b', 'c'].map((key, i) => row(`!redis|str|${key}`, `bare ${key}`, [1n, 2n ** 63n, 5n, 7n][i])),
    ...['a', 'aa', 'c'].map((key, i) => row(`!redis|ttl|${key}`, u64(BigInt(i + 1)), [2n ** 63n, 1n, 9n][i])),
    row('!redis|hash|h', hex('00524801 0a06 0a0166 120176')),
    row('!redis|ttl|h', u64(9n)),
  ];
  const found = keysOf(rows).map(({ key, expireAt, value }) => [key, expireAt, value]);
  expect(found.sort()).toEqual([
    ['a', 1n, 'bare a'],
    ['aa', 2n, 'bare aa'],
    ['b', null, 'bare b'],
    ['c', 3n, 'bare c'],
    ['h', 9n, [['f', 'v']]],
  ]);
});

test('keys are asked for by what they begin with, and by type', () => {
  const names = (options: Parameters<typeof keysOf>[1]) => keysOf(ALL_TYPES, options).map(({ key }) => key);
  expect(names({ prefix: 'user:' })).toEqual(['user:1']);
  expect(names({ prefix: Buffer.from('nobody') })).toEqual([]);
  expect(names({ prefix: '', types: ['zset', 'string'] })).toEqual(['a', 'b', 'z']);
  expect(names({ types: new Set<'stream'>(['stream']) })).toEqual(['x']);
  expect(names({ types: ['stream' as const].values() })).toEqual(['x']);
  for (const key of ['a', 'h', 'l', 's', 'z', 'x']) expect(names({ prefix: key })).toEqual([key]);
});

test('"types" narrows the type of the keys', () => {
  withSnapshot(ALL_TYPES, (snapshot) => {
    for (const { value } of redisKeys(snapshot, { types: ['string'] })) expect(value.toString().length).toBe(3);
  });
});

test("bytes are the caller's to keep", () => {
  const all = withSnapshot(ALL_TYPES, (snapshot) => [...redisKeys(snapshot, { types: ['string'] })]);
  expect(all.map(({ key, value }) => `${key} ${value}`)).toEqual(['a one', 'b two']);
});

test('the elements of a key are read once, and until the next key is asked for', () => {
  withSnapshot(ALL_TYPES, (snapshot) => {
    const all = [...redisKeys(snapshot, { types: ['hash', 'list', 'set', 'zset', 'stream'] })];
    expect(all).toHaveLength(5);
    for (const { key, value } of all)
      expect(() => [...value]).toThrow(
        new ArgumentError(
          `the elements of ${key} cannot be read: the next key was asked for; keep them before, as by [...value]`,
        ),
      );
    for (const { value } of redisKeys(snapshot, { types: ['hash', 'list', 'set', 'zset', 'stream'] })) {
      expect([...value].length).toBeGreaterThan(0);
      expect(() => [...value]).toThrow(/they were read before, which can be done once/);
    }
    const lists = redisKeys(snapshot, { types: ['list'] });
    const items = lists.next().value!.value[Symbol.iterator]();
    expect(items.next().value).toEqual(Buffer.from('first'));
    lists.next();
    expect(() => items.next()).toThrow(/the next key was asked for/);
  });
});

test('a number of elements is there before they are read; elements that nobody reads are passed', () => {
  withSnapshot(ALL_TYPES, (snapshot) => {
    const sizes = Array.from(redisKeys(snapshot), ({ value }) => ('size' in value ? value.size : undefined));
    expect(sizes).toEqual([undefined, undefined, undefined, 2, 2, 1, 1, undefined]);
  });
});

test('of values of two kinds that expire under one key only the one that a server shows is given, with a warning', () => {
  const warnings: Warning[] = [];
  const rows = [
    row(lengthKey('!hs|meta|', 'k'), u64(0n, 7n)),
    row(lengthKey('!st|meta|', 'k'), u64(0n, 8n)),
    row('!redis|ttl|gone', u64(1n)),
    row(lengthKey('!zs|meta|', 'z'), u64(5n)),
  ];
  expect(keysOf(rows, { warn: (warning) => warnings.push(warning) }).map(({ type }) => type)).toEqual(['hash', 'zset']);
  const { warnings: ofDecode } = decoded(...rows);
  expect(warnings).toEqual(ofDecode);
  expect(warnings.map(({ event }) => event)).toEqual([
    'redis_second_kind_left_out',
    'redis_zset_length_mismatch',
    'redis_orphan_ttl',
  ]);
});

test('a damaged row is an error with path, number of the entry and key, be it met between keys or among elements', async () => {
  const path = join(temporaryFolder(), 'damaged.fsm');
  const entry = { key: Buffer.from(lengthKey('!stream|entry|', 'x', u64(5n, 0n)), 'latin1'), value: Buffer.from('?') };
  for (const damage of [entry, { key: Buffer.from(lengthKey('!hs|meta|', 'h'), 'latin1'), value: Buffer.from('?') }]) {
    await writeSnapshot(path, [stringRecord('a', 'b'), [damage], streamRecords('x', [])]);
    using snapshot = openSnapshot(path);
    const walk = () => {
      for (const key of redisKeys(snapshot)) if (key.type === 'stream') for (const _ of key.value);
    };
    expect(walk).toThrow(SnapshotFormatError);
    expect(walk).toThrow(/damaged\.fsm.*entry [12]\b.*key !(stream\|entry|hs\|meta)\|/);
    expect(walk).not.toThrow(RowError);
  }
});

test('of a snapshot that is salvaged the rows that break a rule are left out and counted, as decode does', async () => {
  const path = join(temporaryFolder(), 'salvaged.fsm');
  const damaged = { key: Buffer.from(lengthKey('!hs|fld|', 'h').slice(0, -1), 'latin1'), value: Buffer.from('?') };
  await writeSnapshot(path, [hashRecords('h', { a: 'b' }), [damaged], stringRecord('s', 'v')]);
  const damage = new Damage();
  using snapshot = openSnapshot(path, { damage });
  const found = Array.from(redisKeys(snapshot), ({ key, value }) => [key.toString(), [...value].length]);
  expect(found).toEqual([
    ['s', 1],
    ['h', 1],
  ]);
  expect(damage.counts()).toEqual({ rows: 1 });
});

test('a loop that is left early leaves no scratch behind, also among more elements than are held', async () => {
  const root = temporaryFolder();
  const path = join(root, 'large.fsm');
  function* many() {
    for (let i = 0; i < 1000; i++) yield [`field ${i}`, Buffer.alloc(40 << 10)] as const;
  }
  await writeSnapshot(path, [
    hashRecords('large', many()),
    hashRecords('other', { a: 'b' }, 5),
    listRecords('l', ['i']),
  ]);
  using snapshot = openSnapshot(path);
  const scratchRoot = join(root, 'scratch');
  mkdirSync(scratchRoot);
  let seen = 0;
  for (const { type, value } of redisKeys(snapshot, { scratchRoot })) {
    if (type !== 'hash' || value.size === 1) continue;
    for (const [name] of value) {
      expect(name.toString()).toBe('field 0');
      expect(openFilesIn(scratchRoot)).not.toEqual([]);
      seen++;
      break;
    }
    break;
  }
  expect(seen).toBe(1);
  expect([...openFilesIn(scratchRoot), ...readdirSync(scratchRoot)]).toEqual([]);
});

test('what the reader gives can be written again as it is', async () => {
  const root = temporaryFolder();
  const [first, second] = [join(root, '1.fsm'), join(root, '2.fsm')];
  const at = 2n ** 62n;
  const keys = [
    stringRecord('a', 'b', at),
    hashRecords('h', { a: 'b' }, at),
    listRecords('l', ['a', 'a']),
    setRecords('s', ['a'], at),
    sortedSetRecords('z', { a: Number.NEGATIVE_INFINITY, b: -0 }),
    streamRecords('x', [['1-1', { a: 'b' }]], { last: '7-7', expireAt: at }),
  ];
  const lastCommitTs = new Date('2026-01-01');
  const { sha256 } = await writeSnapshot(first, keys, { lastCommitTs });
  using snapshot = openSnapshot(first);
  function* again() {
    for (const key of redisKeys(snapshot)) {
      const options = { expireAt: key.expireAt };
      if (key.type === 'string') yield stringRecord(key.key, key.value, options);
      if (key.type === 'hash') yield hashRecords(key.key, key.value, options);
      if (key.type === 'list') yield listRecords(key.key, key.value, options);
      if (key.type === 'set') yield setRecords(key.key, key.value, options);
      if (key.type === 'zset') yield sortedSetRecords(key.key, key.value, options);
      if (key.type === 'stream') yield streamRecords(key.key, key.value, { ...options, last: key.lastId });
    }
  }
  expect((await writeSnapshot(second, again(), { lastCommitTs })).sha256).toBe(sha256);
});

test.each([
  [() => redisKeys(undefined as never), 'the snapshot must be what openSnapshot gives, not nothing'],
  [() => redisKeys('a.fsm' as never), 'the snapshot must be what openSnapshot gives, not a text'],
  [
    () => redisKeys({ rowsOf: () => null as never }, { types: ['zet' as never] }),
    'there is no type "zet" of Redis keys; choose from hyperloglog, string, hash, list, set, zset, stream',
  ],
  [
    () => redisKeys({ rowsOf: () => null as never }, { types: 'hash' as never }),
    'the option "types" must be an iterable of types, not a text',
  ],
  [
    () => redisKeys({ rowsOf: () => null as never }, { prefix: 5 as never }),
    'the option "prefix" must be text or bytes, not a number; write String(...) around it',
  ],
  [
    () => redisKeys({ rowsOf: () => null as never }, { type: ['hash'] } as never),
    'redisKeys has no option "type", did you mean types?',
  ],
  [
    () => redisKeys({ rowsOf: () => null as never }, { warn: 'yes' as never }),
    'the option "warn" of redisKeys must be a function, not a text',
  ],
])('wrong arguments are refused before anything is read: %#', (call, message) => {
  expect(call).toThrow(new ArgumentError(message));
});

test('keys that were read are no rows: writeSnapshot refuses them instead of writing what nothing finds', async () => {
  const path = join(temporaryFolder(), 'a.fsm');
  await writeSnapshot(path, [stringRecord('a', 'one')]);
  using snapshot = openSnapshot(path);
  await expect(writeSnapshot(path, redisKeys(snapshot, { types: ['string'] }))).rejects.toThrow(
    'a row has a key and a value alone, this has a type: it is what a reader gave; make rows of it',
  );
});
