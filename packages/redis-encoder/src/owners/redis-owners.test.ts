import { RowOwner } from '@ekv/adapter';
import { describe, expect, test } from 'vitest';
import { redisOwners } from './redis-owners.ts';

const u32 = (value: number) => Buffer.from([0, 0, value >> 8, value & 0xff]).toString('latin1');
const TWELVE = 'x'.repeat(12);

function find(text: string, valueBytes?: number): RowOwner | undefined {
  const key = Buffer.from(text, 'latin1');
  const found = new RowOwner();
  if (!redisOwners.find(found, key, 0, key.length)) return undefined;
  if (valueBytes !== undefined) redisOwners.findInValue(found, Buffer.alloc(valueBytes), 0, valueBytes);
  return found;
}

describe.each([
  ['!redis|str|', '', 'string', 'value'],
  ['!redis|hll|', '', 'hyperloglog', 'value'],
  ['!redis|ttl|', '', undefined, 'expiry'],
  ['!redis|hash|', '', 'hash', 'value'],
  ['!redis|set|', '', 'set', 'value'],
  ['!redis|zset|', '', 'sorted set', 'value'],
  ['!redis|stream|', '', 'stream', 'value'],
  ['!redis|txn-wide-list|', '', undefined, 'marker'],
  ['!lst|meta|', '', 'list', 'metadata'],
  ['!lst|itm|', 'sequence', 'list', 'element'],
])('%s', (prefix, behind, kind, role) => {
  test.each(['k', '', 'a|b', '\0\xff', 'd|', `d|${u32(9)}x`])('holds the Redis key %j as it is', (key) => {
    const found = find(prefix + key + behind);
    expect(found).toMatchObject({ adapter: 'redis', family: prefix, kind, role, isInValue: false });
    expect(found?.key?.toString('latin1')).toBe(key);
    expect(found?.scope).toBeUndefined();
  });
});

describe.each([
  ['!hs|meta|', 'hash', 'metadata'],
  ['!hs|meta|d|', 'hash', 'change'],
  ['!hs|fld|', 'hash', 'element'],
  ['!st|meta|', 'set', 'metadata'],
  ['!st|mem|', 'set', 'element'],
  ['!zs|meta|d|', 'sorted set', 'change'],
  ['!zs|scr|', 'sorted set', 'index'],
  ['!lst|claim|', 'list', 'marker'],
  ['!stream|entry|', 'stream', 'element'],
])('%s', (prefix, kind, role) => {
  test('holds the Redis key behind its length', () => {
    const found = find(`${prefix}${u32(3)}k|yrest`);
    expect(found).toMatchObject({ family: prefix, kind, role });
    expect(found?.key?.toString()).toBe('k|y');
  });

  test.each(['', u32(3), `${u32(4)}abc`])('a key that ends before the Redis key does has no owner', (rest) => {
    expect(find(prefix + rest)).toBeUndefined();
  });
});

describe('keys that begin with !lst|meta|d|', () => {
  const change = `!lst|meta|d|${u32(3)}abc${TWELVE}`;

  test('are count changes when their form and the length of the value say so', () => {
    const found = find(change, 16);
    expect(found).toMatchObject({ kind: 'list', role: 'change' });
    expect(found?.key?.toString()).toBe('abc');
  });

  test.each([24, 32])('are metadata of a list with such a name when the value has %i bytes', (size) => {
    const found = find(change, size);
    expect(found).toMatchObject({ kind: 'list', role: 'metadata' });
    expect(found?.key?.toString('latin1')).toBe(`d|${u32(3)}abc${TWELVE}`);
  });

  test('count as changes without a value', () => {
    expect(find(change)).toMatchObject({ role: 'change', isInValue: true });
  });
});

test('an item of a list that is too short for a sequence number has no owner', () => {
  expect(find('!lst|itm|1234567')).toBeUndefined();
});

test.each(['!redis|what|k', '!hs|other|', 'plain', '', '!redis|str'])('another key has no owner: %j', (key) => {
  expect(find(key)).toBeUndefined();
});
