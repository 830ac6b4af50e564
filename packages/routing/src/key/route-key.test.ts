import { describe, expect, test } from 'vitest';
import { routeKey } from '../router.ts';

/** Byte strings of parts: text, numbers as one byte each, bigints as u64 big-endian. */
function bytes(...parts: ReadonlyArray<string | number | bigint>): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part, 'latin1');
      if (typeof part === 'number') return Buffer.from([part]);
      const u64 = Buffer.alloc(8);
      u64.writeBigUInt64BE(part);
      return u64;
    }),
  );
}

const u32 = (value: number): string => bytes(BigInt(value)).subarray(4).toString('latin1');
const TWELVE = 'x'.repeat(12);
const EIGHT = 'p'.repeat(8);
const SEGMENTS = bytes('buck', 0, 0xff, 'et', 0, 1, 7n, 'ob', 0, 0xff, 'j', 0, 1).toString('latin1');

describe.each<[rule: string, key: Buffer, routed: Buffer | 'the key itself']>([
  ['1 a change of a list with 12 bytes behind', bytes('!lst|meta|d|', u32(3), 'abc', TWELVE), bytes('abc')],
  ['1 with more than 12 bytes behind', bytes('!lst|meta|d|', u32(3), 'abc', TWELVE, 'more'), bytes('abc')],
  ['1 with nothing behind', bytes('!lst|meta|d|', u32(3), 'abc'), bytes('abc')],
  ['1 of the empty key', bytes('!lst|meta|d|', u32(0), TWELVE), bytes()],
  ['1a with 11 bytes behind', bytes('!lst|meta|d|', u32(3), 'abc', 'x'.repeat(11)), 'the key itself'],
  ['1a with a length beyond the end', bytes('!lst|meta|d|', u32(99), 'abc'), 'the key itself'],
  ['1a with a length of 2^32 - 1', bytes('!lst|meta|d|', u32(0xffffffff), TWELVE), 'the key itself'],
  ['1a the metadata of a list named d|x', bytes('!lst|meta|d|x'), 'the key itself'],
  ['1a the metadata of a list named d|', bytes('!lst|meta|d|'), 'the key itself'],
  ['2 a claim with 8 bytes behind', bytes('!lst|claim|', u32(2), 'ab', EIGHT), bytes('ab')],
  ['2 with more behind', bytes('!lst|claim|', u32(2), 'ab', EIGHT, '?'), bytes('ab')],
  ['2 with nothing behind', bytes('!lst|claim|', u32(2), 'ab'), bytes('ab')],
  ['2 with 7 bytes behind', bytes('!lst|claim|', u32(2), 'ab', EIGHT.slice(1)), 'the key itself'],
  ['2 without a length', bytes('!lst|claim|', 0, 0, 0), 'the key itself'],
  ['3 an item', bytes('!lst|itm|k', EIGHT), bytes('k')],
  ['3 an item of the empty key', bytes('!lst|itm|', EIGHT), bytes()],
  ['3 with 7 bytes alone', bytes('!lst|itm|', EIGHT.slice(1)), 'the key itself'],
  ['3 the item of a list named d|x goes by its key', bytes('!lst|itm|d|x', EIGHT), bytes('d|x')],
  ['4 metadata of a list', bytes('!lst|meta|k'), bytes('k')],
  ['4 of the empty key', bytes('!lst|meta|'), bytes()],
  ['4 of a list named d', bytes('!lst|meta|d'), bytes('d')],
  ['12 another row of lists', bytes('!lst|other|k'), 'the key itself'],
  ...['str', 'hll', 'ttl', 'hash', 'set', 'zset', 'stream', 'txn-wide-hash', 'what'].map(
    (word): [string, Buffer, Buffer] => [`5 the word ${word}`, bytes(`!redis|${word}|k`), bytes('k')],
  ),
  ['5 a key with bars', bytes('!redis|str|a|b|'), bytes('a|b|')],
  ['5 the empty key', bytes('!redis|str|'), bytes()],
  ['5 without a second bar', bytes('!redis|str'), 'the key itself'],
  ['5 with an empty word', bytes('!redis||k|x'), 'the key itself'],
  ['6 a table', bytes('!ddb|meta|table|b3JkZXJz'), bytes('!ddb|route|table|b3JkZXJz')],
  ['6 a generation, bars and all', bytes('!ddb|meta|gen|a|b'), bytes('!ddb|route|table|a|b')],
  ['6 an empty name', bytes('!ddb|meta|table|'), 'the key itself'],
  ['7 an item of a table', bytes('!ddb|item|b3JkZXJz|1|s'), bytes('!ddb|route|table|b3JkZXJz')],
  ['7 an index row', bytes('!ddb|gsi|b3JkZXJz|1|aXg|s'), bytes('!ddb|route|table|b3JkZXJz')],
  ['7 an empty name', bytes('!ddb|item||1'), 'the key itself'],
  ['7 without a bar behind the name', bytes('!ddb|gsi|b3JkZXJz'), 'the key itself'],
  ['12 another row of tables', bytes('!ddb|other|t|'), 'the key itself'],
  ['8 a queue', bytes('!sqs|queue|meta|YQ'), bytes('!sqs|route|global')],
  ['8 a message of a partition', bytes('!sqs|msg|data|p|YQ|', u32(1), 1n), bytes('!sqs|route|global')],
  ['8 nothing behind', bytes('!sqs|'), bytes('!sqs|route|global')],
  ...['obj|head', 'blob', 'chunkref', 'upload|meta', 'upload|part', 'gc|upload'].map(
    (word): [string, Buffer, Buffer] => [
      `9 ${word}, with more behind`,
      bytes(`!s3|${word}|`, SEGMENTS, 'more'),
      bytes('!s3route|', SEGMENTS),
    ],
  ),
  ['9 empty segments', bytes('!s3|blob|', 0, 1, 0n, 0, 1), bytes('!s3route|', 0, 1, 0n, 0, 1)],
  [
    '9 a generation that holds 00 01',
    bytes('!s3|blob|b', 0, 1, 1n, 'o', 0, 1),
    bytes('!s3route|b', 0, 1, 1n, 'o', 0, 1),
  ],
  ['9 a bucket without an end', bytes('!s3|blob|b'), 'the key itself'],
  ['9 an object without an end', bytes('!s3|blob|b', 0, 1, 1n, 'o'), 'the key itself'],
  ['9 cut in the generation', bytes('!s3|blob|b', 0, 1, 0, 0), 'the key itself'],
  ['9 a zero that is no escape', bytes('!s3|blob|b', 0, 2, 0, 1, 1n, 'o', 0, 1), 'the key itself'],
  ['10 usage of a file system', bytes('!fs|usage|route|a', 0, 0xff, 'b', 0, 1), bytes('a', 0, 'b')],
  ['10 with something behind', bytes('!fs|usage|route|a', 0, 1, 'x'), 'the key itself'],
  ['10 an empty name', bytes('!fs|usage|route|', 0, 1), 'the key itself'],
  [
    '11 a chunk of a file system',
    bytes('!fs|chk|', 'i'.repeat(16), 'c'.repeat(8)),
    bytes('!fs|route|chk|', 'i'.repeat(16)),
  ],
  ['11 with more behind', bytes('!fs|chk|', 'i'.repeat(16), 'c'.repeat(9)), bytes('!fs|route|chk|', 'i'.repeat(16))],
  ['11 with 23 bytes', bytes('!fs|chk|', 'i'.repeat(23)), 'the key itself'],
  ...[
    '!hs|fld|',
    '!hs|meta|',
    '!st|mem|',
    '!zs|scr|',
    '!stream|meta|k',
    '!s3|bucket|meta|b',
    '!s3|bucket|gen|b',
    '!dist|meta|version',
    '!encryption|writers|',
    '!fs|inode|',
    '!redis',
    '!lst',
    '!',
    '',
    'plain',
    'redis|str|k',
    '!txn|meta|!redis|str|k',
  ].map((key): [string, Buffer, 'the key itself'] => [`12 ${key}`, bytes(key), 'the key itself']),
  ['a lock goes by the key that it locks', bytes('!txn|lock|!redis|str|z1'), bytes('z1')],
  ['an intent too', bytes('!txn|int|!lst|itm|k', EIGHT), bytes('k')],
  ['a commit record by its primary', bytes('!txn|cmt|!redis|str|z1', 5n), bytes('z1')],
  ['a rollback record too', bytes('!txn|rb|!ddb|item|t|x', 5n), bytes('!ddb|route|table|t')],
  ['a record of the empty key', bytes('!txn|cmt|', 5n), bytes()],
  ['a record without a start', bytes('!txn|cmt|abc'), 'the key itself'],
])('table of route keys, line %s', (_, key, routed) => {
  test('as the table says', () => {
    expect(routeKey(key).toString('latin1')).toBe((routed === 'the key itself' ? key : routed).toString('latin1'));
  });

  test('also in the middle of other bytes', () => {
    const framed = Buffer.concat([Buffer.from('!redis|'), key, Buffer.from('|\x00\x01\xff!s3|')]);
    expect(routeKey(framed.subarray(7, 7 + key.length)).toString('latin1')).toBe(routeKey(key).toString('latin1'));
  });
});
