import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArgumentError } from '@ekv/snapshot';
import { Redis as Ioredis } from 'ioredis';
import { createClient } from 'redis';
import { expect, onTestFinished, test } from 'vitest';
import { AT, carried, IOREDIS, many, SMALL, started } from './carried.test-support.ts';
import { redisSource as fromIoredis } from './ioredis.ts';
import { redisSource as fromNodeRedis } from './node-redis.ts';

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

test.each(['LRANGE', 'XRANGE'])('a large value that is replaced between two pages ends there: %s', async (command) => {
  let pages = 0;
  const items = many('i', 10);
  const { port } = await started(
    {
      list: { type: 'list', value: items },
      stream: { type: 'stream', value: items.map((item, i) => [`1-${i}`, ['f', item]]), last: '1-9' },
    },
    {
      onCommand: ([name, key], { data }) => {
        if (name === command && ++pages === 2) data.set(key!, { type: 'string', value: 'new' });
      },
    },
  );
  const found = await carried(await IOREDIS(port, { count: 4 }));
  const lengths = found.map(({ type, value }) => [type, (value as unknown[]).length]);
  expect(lengths).toEqual(
    command === 'LRANGE'
      ? [
          ['list', 4],
          ['stream', 10],
        ]
      : [
          ['list', 10],
          ['stream', 4],
        ],
  );
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
    new ArgumentError('redisSource of @ekv/redis-encoder/ioredis needs a client of ioredis, not an object'),
  );
  for (const none of [undefined, null]) expect(() => fromNodeRedis(none as never)).toThrow(ArgumentError);
  expect(() => fromIoredis({ callBuffer, options: { keyPrefix: 'p:' } })).toThrow(/keyPrefix "p:"/);
  expect(() => fromIoredis({ callBuffer, options: {}, isCluster: true })).toThrow(/node by node/);
  expect(() => fromNodeRedis({ sendCommand: callBuffer, masters: [] })).toThrow(/node by node/);
  expect(() => fromIoredis({ callBuffer, options: {} }, { count: 0 })).toThrow(
    /"count" must be from 1 to 1000000, not 0/,
  );
  expect(() => fromIoredis({ callBuffer, options: {} }, { warn: true as never })).toThrow(
    /"warn" of redisSource must be a function/,
  );
});

test('a client of node-redis that is not connected is refused with what to do', () => {
  expect(() => fromNodeRedis(createClient())).toThrow(
    new ArgumentError('this client is not connected; await client.connect() before redisSource'),
  );
});

test('a client of the other package is refused, and the message names where its redisSource is', () => {
  const ioredis = new Ioredis({ lazyConnect: true });
  expect(() => fromNodeRedis(ioredis as never)).toThrow(
    new ArgumentError(
      'this client is one of ioredis, and redisSource one of @ekv/redis-encoder/node-redis; import it from @ekv/redis-encoder/ioredis',
    ),
  );
  expect(() => fromIoredis(createClient() as never)).toThrow(
    new ArgumentError(
      'this client is one of node-redis, and redisSource one of @ekv/redis-encoder/ioredis; import it from @ekv/redis-encoder/node-redis',
    ),
  );
});

test('a client that gives text where bytes are wanted, as older ones do, is refused: binary keys would change', async () => {
  const source = fromNodeRedis({ sendCommand: () => Promise.resolve(['0', ['k\ufffd']]) });
  await expect(carried(source)).rejects.toThrow(/^the client gives text where bytes were asked for/);
});

test('an option that is misspelt is refused', () => {
  const callBuffer = () => Promise.resolve([]);
  expect(() => fromIoredis({ callBuffer, options: {} }, { macth: 'user:*' } as never)).toThrow(
    new ArgumentError('redisSource has no option "macth", did you mean match?'),
  );
});
