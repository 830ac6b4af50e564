import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { redisSource as fromIoredis } from '../src/bridge/ioredis.ts';
import { redisSource as fromNodeRedis } from '../src/bridge/node-redis.ts';
import type { RedisSource } from '../src/bridge/redis-source.ts';
import { redisKeys, type StoredKey } from '../src/read/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'ekv-redis-server-'));
const AT = Date.UTC(2050, 0, 1);
let server: ChildProcess;
let redis: Redis;
let port: number;

beforeAll(async () => {
  port = await freePort();
  server = spawn('redis-server', ['--port', String(port), '--save', '', '--dir', folder], { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]) => {
    throw new Error(`redis-server does not start (${error.code}); install it: apt-get install redis-server`);
  });
  redis = new Redis({ port, host: '127.0.0.1' });
  redis.on('error', () => {});
  await Promise.race([failed, redis.ping()]);
  await fill();
});

afterAll(() => {
  redis?.disconnect();
  server?.kill();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port: found } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return found;
}

/** 3,000 small keys of all types, and large ones. */
async function fill(): Promise<void> {
  const pipeline = redis.pipeline();
  for (let i = 0; i < 500; i++) {
    pipeline.set(`string:${i}`, Buffer.from([i & 0xff, 0xff, 0]));
    pipeline.hset(`hash:${i}`, { a: `${i}`, '': 'empty name' });
    pipeline.rpush(`list:${i}`, 'b', 'a', `${i}`);
    pipeline.sadd(`set:${i}`, 'm', `${i}`);
    pipeline.zadd(`zset:${i}`, '-inf', 'low', i / 3, 'third', '+inf', 'high');
    pipeline.xadd(`stream:${i}`, '*', 'f', 'v', 'f', `${i}`);
    for (const type of ['string', 'hash', 'list', 'set', 'zset', 'stream'])
      if (i % 5 === 0) pipeline.pexpireat(`${type}:${i}`, AT + i);
  }
  for (let i = 0; i < 6000; i++) {
    pipeline.hset('large:hash', `f${i}`, `${i}`);
    pipeline.rpush('large:list', `${i}`);
    pipeline.sadd('large:set', `m${i}`);
    pipeline.zadd('large:zset', i / 7, `m${i}`);
    pipeline.xadd('large:stream', `${1 + (i >> 3)}-${i}`, 'f', `${i}`);
  }
  pipeline.pfadd('visitors', 'a', 'b');
  pipeline.xadd('binary', '1-1', 'f', Buffer.from([0xff]));
  pipeline.xadd('trimmed', '5-5', 'f', 'v');
  pipeline.xdel('trimmed', '5-5');
  await pipeline.exec();
}

/** The value as the server gives it, in the form of the reader. */
async function valueOfServer({ key, type }: StoredKey): Promise<unknown> {
  const call = (...args: [string, ...Array<string | Buffer>]) => redis.callBuffer(...args) as Promise<Buffer[]>;
  const byBytes = (a: [Buffer, unknown], b: [Buffer, unknown]) => Buffer.compare(a[0], b[0]);
  const pairs = (flat: Buffer[]) =>
    Array.from({ length: flat.length / 2 }, (_, i): [Buffer, Buffer] => [flat[2 * i]!, flat[2 * i + 1]!]).sort(byBytes);
  switch (type) {
    case 'string':
      return redis.getBuffer(key);
    case 'hash':
      return pairs(await call('HGETALL', key));
    case 'list':
      return call('LRANGE', key, '0', '-1');
    case 'set':
      return (await call('SMEMBERS', key)).sort(Buffer.compare);
    case 'zset':
      return pairs((await call('ZRANGE', key, '0', '-1', 'WITHSCORES')).flat() as Buffer[]).map(([member, score]) => ({
        member,
        score: Number(score.toString().replace('inf', 'Infinity')),
      }));
    default:
      return (await redis.xrange(key, '-', '+')).map(([id, fields]) => ({
        id,
        fields: Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]]),
      }));
  }
}

async function isCarriedOver(source: RedisSource): Promise<void> {
  const path = join(folder, 'redis.fsm');
  await writeSnapshot(path, source);
  using snapshot = openSnapshot(path);
  let keys = 0;
  for (const found of redisKeys(snapshot)) {
    keys++;
    const value = Buffer.isBuffer(found.value) ? found.value : [...(found.value as Iterable<unknown>)];
    if (found.key.toString() !== 'binary') expect(value).toEqual(await valueOfServer(found));
    const at = await redis.pexpiretime(found.key);
    expect(found.expireAt).toBe(at === -1 ? null : BigInt(at));
    if (found.type === 'stream' && found.key.toString() === 'trimmed') expect(found.lastId).toBe('5-5');
  }
  expect(keys).toBe((await redis.dbsize()) - 1);
  expect(source.skipped).toEqual({ hyperLogLog: 1, module: 0, binaryEntry: 1, vanished: 0 });
}

test.each([100, 10_000])('ioredis: every key is carried over as the server has it, %i elements at a time', (count) =>
  isCarriedOver(fromIoredis(redis, { count })),
);

test.each([2, 3] as const)('node-redis with RESP%i: every key is carried over as the server has it', async (RESP) => {
  const client = createClient({ RESP, socket: { port, host: '127.0.0.1' } });
  await client.connect();
  await isCarriedOver(fromNodeRedis(client, { count: 1000 }));
  client.destroy();
});
