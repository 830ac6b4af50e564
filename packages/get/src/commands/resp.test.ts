import { expect, test } from 'vitest';
import type { RedisUnit } from '../units/unit.ts';
import { withUnits } from './golden-units.test-data.ts';
import { LeftOut } from './left-out.ts';
import { parsedResp } from './resp.test-data.ts';
import { respOf } from './resp.ts';

const LIVE = 'live/redis/0000000000000097.fsm';

interface Key {
  readonly type: string;
  readonly value: unknown;
  expireAt: bigint | null;
}

/** What a server would have after the commands. */
function replayed(commands: readonly string[][]): Map<string, Key> {
  const keys = new Map<string, Key>();
  const of = <T>(key: string, type: string, empty: () => T): T => {
    const found = keys.get(key) ?? { type, value: empty(), expireAt: null };
    expect(found.type).toBe(type);
    keys.set(key, found);
    return found.value as T;
  };
  for (const [name, key = '', ...args] of commands) {
    const pairs = Array.from({ length: args.length / 2 }, (_, i) => [args[i * 2]!, args[i * 2 + 1]!] as const);
    switch (name) {
      case 'DEL':
        keys.delete(key);
        break;
      case 'SET':
        keys.set(key, { type: 'string', value: args[0], expireAt: null });
        break;
      case 'PEXPIREAT':
        keys.get(key)!.expireAt = BigInt(args[0]!);
        break;
      case 'HSET':
        for (const [field, value] of pairs) of(key, 'hash', () => new Map<string, string>()).set(field, value);
        break;
      case 'RPUSH':
        of(key, 'list', () => [] as string[]).push(...args);
        break;
      case 'SADD':
        for (const member of args) of(key, 'set', () => new Set<string>()).add(member);
        break;
      case 'ZADD':
        for (const [score, member] of pairs)
          of(key, 'zset', () => new Map<string, number>()).set(member, Number(score.replace('inf', 'Infinity')));
        break;
      case 'PFADD':
        for (const member of args) of(key, 'hyperloglog', () => new Set<string>()).add(member);
        break;
      case 'XADD':
        of(key, 'stream', () => [] as unknown[]).push([args[0], args.slice(1)]);
        break;
      case 'XSETID':
        break;
      case 'XGROUP':
        of(args[0]!, 'stream', () => [] as unknown[]);
        break;
      default:
        throw new Error(`${name} is no command that is expected`);
    }
  }
  return keys;
}

function latin1(bytes: Buffer): string {
  return bytes.toString('latin1');
}

function modelOf({ stored }: RedisUnit): Key {
  const { type, expireAt } = stored;
  switch (stored.type) {
    case 'string':
      return { type, expireAt, value: latin1(stored.value) };
    case 'hyperloglog':
      return { type, expireAt, value: undefined };
    case 'hash':
      return {
        type,
        expireAt,
        value: new Map(Array.from(stored.value, ([name, value]) => [latin1(name), latin1(value)])),
      };
    case 'list':
      return { type, expireAt, value: Array.from(stored.value, latin1) };
    case 'set':
      return { type, expireAt, value: new Set(Array.from(stored.value, latin1)) };
    case 'zset':
      return {
        type,
        expireAt,
        value: new Map(Array.from(stored.value, ({ member, score }) => [latin1(member), score])),
      };
    case 'stream':
      return {
        type,
        expireAt,
        value: Array.from(stored.value, ({ id, fields }) => [
          id,
          fields.flat().map((text) => Buffer.from(text).toString('latin1')),
        ]),
      };
  }
}

test('the commands make every key of a node as it was, with its expiry', () => {
  const expected = withUnits(
    LIVE,
    'redis',
    (units) => new Map(Array.from(units, (unit) => [latin1(unit.stored.key), modelOf(unit)])),
  );
  const leftOut = new LeftOut();
  const bytes = withUnits(LIVE, 'redis', (units) => Buffer.concat([...respOf(units, leftOut)]));
  const keys = replayed(parsedResp(bytes));
  expect(keys.size).toBeGreaterThan(30);
  expect([...keys.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, { type, value, expireAt }] of expected) {
    const found = keys.get(key)!;
    expect([key, found.type, found.expireAt]).toEqual([key, type, expireAt]);
    if (type !== 'hyperloglog') expect([key, found.value]).toEqual([key, value]);
  }
  expect(keys.get('hll')?.value).toEqual(new Set(['a', 'b', 'c']));
  const warnings: unknown[] = [];
  leftOut.report((warning) => warnings.push(warning));
  expect(warnings).toEqual([]);
});

function commandsOf(stored: RedisUnit['stored'], leftOut = new LeftOut()): string[][] {
  const unit: RedisUnit = {
    adapter: 'redis',
    owner: { adapter: 'redis', key: stored.key },
    address: 'redis/k',
    stored,
  };
  return parsedResp(Buffer.concat([...respOf([unit], leftOut)]));
}

const key = Buffer.from('k');

test('a large collection goes over several commands of at most 500 elements or a mebibyte', () => {
  const items = Array.from({ length: 1203 }, (_, i) => Buffer.from(`item ${i}`));
  const commands = commandsOf({
    type: 'list',
    key,
    expireAt: null,
    value: Object.assign(items, { size: items.length }),
  });
  expect(commands.map(([name, , ...args]) => [name, args.length])).toEqual([
    ['DEL', 0],
    ['RPUSH', 500],
    ['RPUSH', 500],
    ['RPUSH', 203],
  ]);
  const large = Array.from({ length: 3 }, () => Buffer.alloc(700_000));
  const few = commandsOf({ type: 'set', key, expireAt: null, value: Object.assign(large, { size: large.length }) });
  expect(few.map(([name, , ...args]) => [name, args.length])).toEqual([
    ['DEL', 0],
    ['SADD', 2],
    ['SADD', 1],
  ]);
});

test('a stream keeps its last id, also where no entry has it', () => {
  const entries = [{ id: '5-0', fields: [['f', 'v'] as [string, string]] }];
  const stream = { type: 'stream', key, expireAt: 7n, lastId: '9-1' } as const;
  expect(commandsOf({ ...stream, value: entries })).toEqual([
    ['DEL', 'k'],
    ['XADD', 'k', '5-0', 'f', 'v'],
    ['XSETID', 'k', '9-1'],
    ['PEXPIREAT', 'k', '7'],
  ]);
  expect(commandsOf({ ...stream, value: [] })).toEqual([
    ['DEL', 'k'],
    ['XGROUP', 'CREATE', 'k', 'ekv', '$', 'MKSTREAM'],
    ['XGROUP', 'DESTROY', 'k', 'ekv'],
    ['XSETID', 'k', '9-1'],
    ['PEXPIREAT', 'k', '7'],
  ]);
});

test('what no command can make is left out and told', () => {
  const leftOut = new LeftOut();
  commandsOf({ type: 'stream', key, expireAt: null, lastId: '5-0', value: [{ id: '5-0', fields: [] }] }, leftOut);
  commandsOf({ type: 'hyperloglog', key, expireAt: null, value: Buffer.from('?') }, leftOut);
  expect(commandsOf({ type: 'hyperloglog', key, expireAt: null, value: Buffer.from('HYLL1') }, leftOut)).toEqual([
    ['DEL', 'k'],
    ['SET', 'k', 'HYLL1'],
  ]);
  const messages: string[] = [];
  leftOut.report(({ message, loss }) => messages.push(`${loss} ${message}`));
  expect(messages).toEqual([
    'true 1 entries of streams without a field were left out, for example of redis/k: XADD takes no entry without fields',
    'true 1 HyperLogLogs were left out, for example of redis/k: their payload is neither that of elastickv nor that of Redis',
  ]);
});
