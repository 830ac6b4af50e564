import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnapshot, writeSnapshot } from '@ekv/snapshot';
import { Redis as Ioredis } from 'ioredis';
import { createClient } from 'redis';
import { onTestFinished } from 'vitest';
import { redisKeys } from '../read/index.ts';
import { type KeptKey, kept } from '../read/read-rows.test-data.ts';
import { redisSource as fromIoredis } from './ioredis.ts';
import { redisSource as fromNodeRedis } from './node-redis.ts';
import { TestRedis, type TestRedisOptions, type Value } from './redis-server.test-support.ts';
import type { RedisSource, RedisSourceOptions } from './redis-source.ts';

export const AT = Date.UTC(2050, 0, 1);

export type Connect = (port: number, options?: RedisSourceOptions) => Promise<RedisSource>;

export const CLIENTS: Readonly<Record<string, Connect>> = {
  'ioredis, RESP2': (port, options) => ioredis(port, 2, options),
  'ioredis, RESP3': (port, options) => ioredis(port, 3, options),
  'node-redis, RESP2': (port, options) => nodeRedis(port, 2, options),
  'node-redis, RESP3': (port, options) => nodeRedis(port, 3, options),
};

export const IOREDIS: Connect = (port, options) => ioredis(port, 3, options);

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

export async function started(data: Readonly<Record<string, Value>>, options: TestRedisOptions = {}) {
  const redis = new TestRedis(options);
  onTestFinished(() => redis[Symbol.asyncDispose]());
  for (const [key, value] of Object.entries(data)) redis.data.set(key, value);
  return { redis, port: await redis.listen() };
}

/** Writes the source as a snapshot and reads that back. */
export async function carried(source: RedisSource): Promise<KeptKey[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ekv-redis-source-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'redis.fsm');
  await writeSnapshot(path, source);
  using snapshot = openSnapshot(path);
  return Array.from(redisKeys(snapshot), kept).sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
}

export const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}${String(i).padStart(4, '0')}`);

export const SMALL: Readonly<Record<string, Value>> = {
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
