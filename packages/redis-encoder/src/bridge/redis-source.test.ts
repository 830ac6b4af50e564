import type { Warning } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { AT, CLIENTS, carried, many, SMALL, started } from './carried.test-support.ts';

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
