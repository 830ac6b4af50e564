import { describe, expect, test } from 'vitest';
import { ownersOf } from './addresses.ts';
import { OwnerFinder } from './owner-finder.ts';

/** What a row says of the generations of its scope. */
function generationsOf(key: string, value: Buffer | string): readonly bigint[] | 'all' | undefined {
  const bytes = Buffer.from(key, 'latin1');
  const found = new OwnerFinder().findRow(bytes)!;
  const body = Buffer.from(value);
  return ownersOf(found.adapter)?.generationsIn?.(found, body, 0, body.length);
}

/** A table message of generation `active`, with items of `source` on the way. */
function table(active: number, source: number): Buffer {
  return Buffer.concat([
    Buffer.from('00445301', 'hex'),
    Buffer.of(0x38, active),
    source ? Buffer.of(0x30, source) : Buffer.alloc(0),
  ]);
}

describe('generations in which units of a scope may be served', () => {
  test('a queue: that of its counter; of a counter of 0 all', () => {
    expect(generationsOf('!sqs|queue|gen|am9icw', '7')).toEqual([7n]);
    expect(generationsOf('!sqs|queue|gen|am9icw', ' 0 ')).toBe('all');
    expect(generationsOf('!sqs|queue|gen|am9icw', 'seven')).toEqual([]);
    expect(generationsOf('!sqs|queue|meta|am9icw', '{}')).toEqual([]);
  });

  test('a bucket: the active one of its row; where none is active all', () => {
    expect(generationsOf('!s3|bucket|meta|b\0\x01', '{"generation":3}')).toEqual([3n]);
    expect(generationsOf('!s3|bucket|meta|b\0\x01', '{"bucket_name":"b"}')).toBe('all');
    expect(generationsOf('!s3|bucket|meta|b\0\x01', '{"generation":')).toEqual([]);
  });

  test('a table: its own, and that from which its items are moved', () => {
    expect(generationsOf('!ddb|meta|table|dA', table(2, 0))).toEqual([2n]);
    expect(generationsOf('!ddb|meta|table|dA', table(2, 1))).toEqual([2n, 1n]);
    expect(generationsOf('!ddb|meta|table|dA', 'no message')).toEqual([]);
    expect(generationsOf('!ddb|meta|gen|dA', '5')).toEqual([]);
  });

  test('a Redis key has none', () => {
    expect(generationsOf('!redis|str|a', 'x')).toBeUndefined();
  });
});
