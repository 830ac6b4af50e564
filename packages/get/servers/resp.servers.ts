import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { readAddress } from '@ekv/core';
import { ScratchFolder } from '@ekv/snapshot';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { findUnits, LeftOut, type RedisUnit, respOf, wantedOwners } from '../src/index.ts';

const LIVE = join(import.meta.dirname, '../../../fixtures/golden/live');
const folder = mkdtempSync(join(tmpdir(), 'ekv-get-server-'));
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
});

beforeEach(() => redis.flushall());

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

function withKeys<Result>(file: string, use: (units: Iterable<RedisUnit>) => Result): Result {
  const scratch = new ScratchFolder(folder);
  const wanted = wantedOwners([readAddress('redis')]);
  const found = findUnits({ inputs: [{ path: file }] }, wanted, { options: {}, scratch });
  try {
    return use(found.units as Iterable<RedisUnit>);
  } finally {
    found.close();
    scratch.remove();
  }
}

/** As the commands are meant to be used. @returns what redis-cli says. */
async function piped(bytes: Buffer): Promise<string> {
  const client = spawn('redis-cli', ['-p', String(port), '--pipe'], { stdio: ['pipe', 'pipe', 'inherit'] });
  client.stdin.end(bytes);
  return text(client.stdout);
}

async function storedValue(key: Buffer): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.getBuffer(key);
    case 'hash': {
      const [names, values] = [await redis.hkeysBuffer(key), await redis.hvalsBuffer(key)];
      return byName(names.map((name, i) => [name, values[i]!] as const));
    }
    case 'list':
      return redis.lrangeBuffer(key, 0, -1);
    case 'set':
      return (await redis.smembersBuffer(key)).sort(Buffer.compare);
    case 'zset': {
      const members = await redis.zrangeBuffer(key, '0', '-1');
      const scores = await Promise.all(members.map((member) => redis.zscore(key, member)));
      return byName(
        members.map((member, i) => [member, Number(String(scores[i]).replace('inf', 'Infinity'))] as const),
      );
    }
    case 'stream': {
      const info = (await redis.call('XINFO', 'STREAM', key)) as unknown[];
      return { entries: await redis.xrange(key, '-', '+'), last: info[info.indexOf('last-generated-id') + 1] };
    }
    default:
      return undefined;
  }
}

function byName<Value>(all: (readonly [Buffer, Value])[]): (readonly [Buffer, Value])[] {
  return all.sort(([a], [b]) => a.compare(b));
}

function expectedOf({ stored }: RedisUnit): unknown {
  switch (stored.type) {
    case 'string':
      return stored.value;
    case 'hash':
    case 'list':
      return [...stored.value];
    case 'set':
      return [...stored.value];
    case 'zset':
      // The client makes no difference between 0 and -0.
      return Array.from(stored.value, ({ member, score }) => [member, score === 0 ? 0 : score]);
    case 'stream':
      return { entries: Array.from(stored.value, ({ id, fields }) => [id, fields.flat()]), last: stored.lastId };
    default:
      return undefined;
  }
}

const files = readdirSync(LIVE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.fsm'))
  .map(({ parentPath, name }) => join(parentPath, name));

test.each(files)('what redis-cli pipes to a server is there as in %s', async (file) => {
  const leftOut = new LeftOut();
  const now = BigInt(Date.now());
  let expected: { key: Buffer; expireAt: bigint | null; type: string; value: unknown }[];
  try {
    expected = withKeys(file, (units) =>
      Array.from(units, (unit) => ({
        key: unit.stored.key,
        expireAt: unit.stored.expireAt,
        type: unit.stored.type,
        value: expectedOf(unit),
      })),
    );
  } catch {
    // A part of a cluster, or a file that is refused.
    return;
  }
  if (expected.length === 0) return;
  const said = await piped(withKeys(file, (units) => Buffer.concat([...respOf(units, leftOut)])));
  expect(said).toContain('errors: 0');
  const alive = expected.filter(({ expireAt }) => expireAt === null || expireAt > now);
  const names = new Set(alive.map(({ key }) => key.toString('hex')));
  expect(await redis.dbsize()).toBe(names.size);
  for (const { key, expireAt, type, value } of alive) {
    expect([key.toString(), await redis.call('PEXPIRETIME', key)]).toEqual([key.toString(), Number(expireAt ?? -1n)]);
    if (type === 'hyperloglog') expect(Number(await redis.pfcount(key))).toBeGreaterThanOrEqual(0);
    else expect([key.toString(), await storedValue(key)]).toEqual([key.toString(), value]);
  }
});
