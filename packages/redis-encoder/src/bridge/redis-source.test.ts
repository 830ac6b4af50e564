import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError, openSnapshot, type Warning, writeSnapshot } from '@ekv/snapshot';
import { Redis as Ioredis } from 'ioredis';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { redisSource as fromIoredis } from '../ioredis.ts';
import { redisSource as fromNodeRedis } from '../node-redis.ts';
import { redisKeys } from '../read/index.ts';
import type { KeptKey } from '../read/read-rows.test-data.ts';
import { kept } from '../read/read-rows.test-data.ts';
import { TestRedis, type TestRedisOptions, type Value } from './redis-server.test-support.ts';
import type { RedisSource, RedisSourceOptions } from './redis-source.ts';

const AT = Date.UTC(2050, 0, 1);

type Connect = (port: number, options?: RedisSourceOptions) => Promise<RedisSource>;

const CLIENTS: Readonly<Record<string, Connect>> = {
  'ioredis, RESP2': (port, options) => ioredis(port, 2, options),
  'ioredis, RESP3': (port, options) => ioredis(port, 3, options),
  'node-redis, RESP2': (port, options) => nodeRedis(port, 2, options),
  'node-redis, RESP3': (port, options) => nodeRedis(port, 3, options),
};

const IOREDIS: Connect = (port, options) => ioredis(port, 3, options);

async function ioredis(port: number, protocol: 2 | 3, options?: RedisSourceOptions): Promise<RedisSource> {
  const client = new Ioredis({ port, protocol, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  await client.connect();
  return fromIoredis(client, options);
}

async function nodeRedis(port: number, RESP: 2 | 3, options?: RedisSourceOptions): Promise<RedisSource> {
  const client = createClient({ RESP, socket: { port, host: '127.0.0.1', reconnectStrategy: false } });
  client.on('error', () => {});
  onTestFinished(() => client.destroy());
  await client.connect();
  return fromNodeRedis(client, options);
}

async function started(data: Readonly<Record<string, Value>>, options: TestRedisOptions = {}) {
  const redis = new TestRedis(options);
  onTestFinished(() => redis[Symbol.asyncDispose]());
  for (const [key, value] of Object.entries(data)) redis.data.set(key, value);
  return { redis, port: await redis.listen() };
}

/** Writes the source as a snapshot and reads that back. */
async function carried(source: RedisSource): Promise<KeptKey[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-redis-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'redis.fsm');
  await writeSnapshot(path, source);
  using snapshot = openSnapshot(path);
  return Array.from(redisKeys(snapshot), kept).sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
}

const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}${String(i).padStart(4, '0')}`);

const SMALL: Readonly<Record<string, Value>> = {
  'bin\xff': { type: 'string', value: '\x00\xff' },
  empty: { type: 'string', value: '' },
  hash: {
    type: 'hash',
    value: [
      ['f\xff', 'v'],
      ['', 'w'],
    ],
  },
  list: { type: 'list', value: ['b', 'a', 'b'] },
  set: { type: 'set', value: ['y', 'x\xff'] },
  stream: {
    type: 'stream',
    value: [
      ['1-1', ['f', 'v', 'f', 'w']],
      ['2-0', ['é', 'z'].map((text) => Buffer.from(text).toString('latin1'))],
    ],
    last: '9-9',
  },
  nothing: { type: 'stream', value: [], last: '3-3' },
  zset: {
    type: 'zset',
    value: [
      ['one', '1'],
      ['low', '-inf'],
      ['high', 'inf'],
      ['exact', '0.30000000000000004'],
    ],
  },
};

test.each(Object.keys(CLIENTS))('keys of all types come as the server has them, by %s', async (client) => {
  const { redis, port } = await started(SMALL);
  redis.expiries.set('hash', AT).set('empty', AT);
  const source = await CLIENTS[client]!(port);
  expect(await carried(source)).toEqual([
    { type: 'string', key: 'bin\xff', expireAt: null, value: '\x00\xff' },
    { type: 'string', key: 'empty', expireAt: BigInt(AT), value: '' },
    {
      type: 'hash',
      key: 'hash',
      expireAt: BigInt(AT),
      value: [
        ['', 'w'],
        ['f\xff', 'v'],
      ],
    },
    { type: 'list', key: 'list', expireAt: null, value: ['b', 'a', 'b'] },
    { type: 'stream', key: 'nothing', expireAt: null, lastId: '3-3', value: [] },
    { type: 'set', key: 'set', expireAt: null, value: ['x\xff', 'y'] },
    {
      type: 'stream',
      key: 'stream',
      expireAt: null,
      lastId: '9-9',
      value: [
        {
          id: '1-1',
          fields: [
            ['f', 'v'],
            ['f', 'w'],
          ],
        },
        { id: '2-0', fields: [['é', 'z']] },
      ],
    },
    {
      type: 'zset',
      key: 'zset',
      expireAt: null,
      value: [
        { member: 'exact', score: 0.30000000000000004 },
        { member: 'high', score: Number.POSITIVE_INFINITY },
        { member: 'low', score: Number.NEGATIVE_INFINITY },
        { member: 'one', score: 1 },
      ],
    },
  ]);
  expect(source.skipped).toEqual({ hyperLogLog: 0, module: 0, binaryEntry: 0, vanished: 0 });
});

test.each(Object.keys(CLIENTS))(
  'large collections are read page by page, and what a scan gives twice is there once: %s',
  async (client) => {
    const names = many('n', 25);
    const { redis, port } = await started({
      hash: { type: 'hash', value: names.map((name) => [name, `${name}!`]) },
      list: { type: 'list', value: names },
      set: { type: 'set', value: names },
      stream: {
        type: 'stream',
        value: names.map((name, i) => [i < 12 ? `1-${i}` : i === 12 ? `1-${2n ** 64n - 1n}` : `2-${i}`, ['f', name]]),
        last: '5-5',
      },
      zset: { type: 'zset', value: names.map((name, i) => [name, String(i / 2)]) },
    });
    const found = await carried(await CLIENTS[client]!(port, { count: 4 }));
    expect(found.map(({ value }) => (value as unknown[]).length)).toEqual([25, 25, 25, 25, 25]);
    expect(found[0]!.value).toEqual(names.map((name) => [name, `${name}!`]));
    expect(found[1]!.value).toEqual(names);
    expect(found[2]!.value).toEqual(names);
    expect((found[3]!.value as Array<{ fields: unknown }>).map(({ fields }) => fields)).toEqual(
      names.map((name) => [['f', name]]),
    );
    expect(found[4]!.value).toEqual(names.map((member, i) => ({ member, score: i / 2 })));
    const whole = redis.commands
      .map(([name]) => name)
      .filter((name) => ['HGETALL', 'SMEMBERS', 'ZRANGE'].includes(name!));
    expect(whole).toEqual([]);
  },
);

test.each(Object.keys(CLIENTS))('what elastickv cannot hold is left out, counted and told: %s', async (client) => {
  const warnings: Warning[] = [];
  const { port } = await started({
    visitors: { type: 'string', value: `HYLL\x01\0\0\0${'\0'.repeat(10)}` },
    'not one': { type: 'string', value: 'HYLLO, world, and more' },
    json: { type: 'ReJSON-RL', value: null },
    stream: {
      type: 'stream',
      value: [
        ['1-1', ['f', '\xff']],
        ['1-2', ['f', 'v']],
      ],
      last: '1-2',
    },
  });
  const source = await CLIENTS[client]!(port, { warn: (warning) => warnings.push(warning) });
  expect((await carried(source)).map(({ key, value }) => [key, value])).toEqual([
    ['not one', 'HYLLO, world, and more'],
    ['stream', [{ id: '1-2', fields: [['f', 'v']] }]],
  ]);
  expect(source.skipped).toEqual({ hyperLogLog: 1, module: 1, binaryEntry: 1, vanished: 0 });
  expect(warnings.map(({ event, fields, loss }) => [event, fields.example, loss]).sort()).toEqual([
    ['redis_source_binary_entry', '1-1 in stream', true],
    ['redis_source_hyperloglog', 'visitors', true],
    ['redis_source_type', 'json (ReJSON-RL)', true],
  ]);
});

test.each(['TYPE', 'STRLEN', 'GET', 'HGETALL', 'HSCAN', 'LRANGE', 'SMEMBERS', 'ZRANGE', 'XINFO'])(
  'keys that are gone when %s comes are passed over',
  async (moment) => {
    const { port } = await started(
      { ...SMALL, large: { type: 'hash', value: many('f', 10).map((name) => [name, '']) } },
      {
        onCommand: ([name, ...args], { data }) =>
          void (name === moment && data.delete(name === 'XINFO' ? args[1]! : args[0]!)),
      },
    );
    const source = await IOREDIS(port, { count: 5 });
    const found = await carried(source);
    expect(source.skipped.vanished).toBeGreaterThan(0);
    expect(found.length + source.skipped.vanished).toBe(9);
  },
);

test('a key that is replaced by one of another type meanwhile comes as what it is then', async () => {
  const { port } = await started(
    { key: { type: 'hash', value: [['f', 'v']] } },
    { onCommand: ([name], { data }) => void (name === 'HGETALL' && data.set('key', { type: 'string', value: 'new' })) },
  );
  expect(await carried(await IOREDIS(port))).toMatchObject([{ type: 'string', value: 'new' }]);
});

test('servers before Redis 7, which have no PEXPIRETIME, are asked for the time that is left', async () => {
  const { redis, port } = await started(SMALL, { unknown: ['PEXPIRETIME'] });
  redis.expiries.set('list', AT);
  const found = await carried(await IOREDIS(port));
  const [list, ...others] = found.filter(({ expireAt }) => expireAt !== null);
  expect(others).toEqual([]);
  expect(list!.key).toBe('list');
  expect(Math.abs(Number(list!.expireAt) - AT)).toBeLessThan(5000);
});

test('"match" and "count" go to SCAN; keys of many pages come once each', async () => {
  const { redis, port } = await started(
    Object.fromEntries(many('k', 250).map((key) => [key, { type: 'string', value: key }])),
    { page: 7 },
  );
  const found = await carried(await IOREDIS(port, { match: 'k*', count: 50 }));
  expect(found.map(({ value }) => value)).toEqual(many('k', 250));
  expect(redis.commands.find(([name]) => name === 'SCAN')).toEqual(['SCAN', '0', 'MATCH', 'k*', 'COUNT', '50']);
});

test('an error of the server, and an end before the last key, leave no scratch and no snapshot', async () => {
  const scratchRoot = mkdtempSync(join(tmpdir(), 'ekv-redis-source-'));
  onTestFinished(() => rmSync(scratchRoot, { recursive: true }));
  const { port } = await started(SMALL, { unknown: ['SMEMBERS'] });
  await expect(carried(await IOREDIS(port, { scratchRoot }))).rejects.toThrow(/unknown command 'SMEMBERS'/);
  const { port: whole } = await started(SMALL);
  for await (const _ of await IOREDIS(whole, { scratchRoot })) break;
  expect(readdirSync(scratchRoot)).toEqual([]);
});

test('clients that would give wrong keys are refused', () => {
  const callBuffer = () => Promise.resolve([]);
  expect(() => fromIoredis({} as never)).toThrow(
    new ArgumentError('redisSource needs a client of ioredis, which has a method callBuffer'),
  );
  expect(() => fromNodeRedis(undefined as never)).toThrow(ArgumentError);
  expect(() => fromIoredis({ callBuffer, options: { keyPrefix: 'p:' } })).toThrow(/keyPrefix "p:"/);
  expect(() => fromIoredis({ callBuffer, options: {}, isCluster: true })).toThrow(/node by node/);
  expect(() => fromNodeRedis({ sendCommand: callBuffer, masters: [] })).toThrow(/node by node/);
  expect(() => fromIoredis({ callBuffer, options: {} }, { count: 0 })).toThrow(
    /"count" must be from 1 to 1000000, not 0/,
  );
});
