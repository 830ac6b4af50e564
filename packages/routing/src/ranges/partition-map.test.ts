import { UsageError } from '@ekv/snapshot';
import { describe, expect, test } from 'vitest';
import { ANY_GROUP, NO_GROUP, Router } from '../router.ts';
import { parseRanges } from './parse-ranges.ts';
import { parsePartitionMap, partitionMapText } from './partition-map.ts';

const NAME = 'the option partitionMap';

test.each([
  ['', []],
  ['lane.fifo:4=1,2,3,2', [['lane.fifo', [1n, 2n, 3n, 2n]]]],
  [
    ' a.fifo : 1 = 5 ; ; b.fifo:2=1, 2',
    [
      ['a.fifo', [5n]],
      ['b.fifo', [1n, 2n]],
    ],
  ],
])('the map %j is read', (text, expected) => {
  const map = parsePartitionMap(text, NAME);
  expect([...map]).toEqual(expected);
  expect(parsePartitionMap(partitionMapText(map), NAME)).toEqual(map);
});

test.each([
  ['q.fifo:3=1,1,1', /the number of partitions in "q.fifo:3=1,1,1" is no power of two/],
  ['q.fifo:64=1', /no power of two from 1 to 32/],
  ['q.fifo:0=', /no power of two/],
  ['q.fifo:=1', /no power of two/],
  ['q.fifo:2e0=1,2', /no power of two/],
  ['q.fifo:0x2=1,2', /no power of two/],
  ['q.fifo:+1=1', /no power of two/],
  ['q.fifo:2=1', /has 2 partitions and 1 groups/],
  ['q.fifo:2=1,2,3', /has 2 partitions and 3 groups/],
  ['q.fifo:1=x', /group "x" in "q.fifo:1=x" is no number/],
  ['q.fifo:1=0', /names group 0/],
  ['q.fifo', /no ":" or no "="/],
  [':1=1', /no name of a queue/],
  ['q.fifo:1=1;q.fifo:1=1', /names the queue "q.fifo" twice/],
])('the map %j is refused', (text, message) => {
  expect(() => parsePartitionMap(text, NAME)).toThrow(message);
  expect(() => parsePartitionMap(text, NAME)).toThrow(UsageError);
});

/** A row of a partition. */
function row(word: string, queue: string, partition: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(partition);
  return Buffer.concat([
    Buffer.from(`!sqs|msg|${word}|p|${Buffer.from(queue).toString('base64url')}|`),
    number,
    Buffer.alloc(8),
  ]);
}

describe('rows of queues with partitions', () => {
  const ranges = parseRanges(':=9', 'x');
  const router = new Router(ranges, { partitions: parsePartitionMap('lane.fifo:2=3,4;other.fifo:1=5', NAME) });

  test('the groups are those of the ranges and of the map', () => {
    expect(router.groups).toEqual([3n, 4n, 5n, 9n]);
  });

  test.each(['data', 'vis', 'byage', 'dedup', 'group'])('%s rows lie where the map says', (word) => {
    expect(router.groupOf(row(word, 'lane.fifo', 0))).toBe(3n);
    expect(router.groupOf(row(word, 'lane.fifo', 1))).toBe(4n);
    expect(router.groupOf(row(word, 'other.fifo', 0))).toBe(5n);
    expect(router.groupOf(row(word, 'lane.fifo', 1))).toBe(4n);
  });

  test('the lock of such a row lies with it', () => {
    expect(router.groupOf(Buffer.concat([Buffer.from('!txn|lock|'), row('data', 'lane.fifo', 1)]))).toBe(4n);
  });

  test('no group has a queue that the map lacks, a partition beyond its number, a malformed key: nothing falls back to the ranges', () => {
    for (const key of [
      row('data', 'else.fifo', 0),
      row('data', 'lane.fifo', 2),
      Buffer.from('!sqs|msg|data|p|bGFuZS5maWZv|\x00\x00\x00'),
      Buffer.from('!sqs|msg|data|p|bGFuZS5maWZv'),
    ])
      expect(router.find(key, 0, key.length)).toBe(NO_GROUP);
  });

  test('rows of a queue itself, and of queues without partitions, go by the ranges', () => {
    expect(router.groupOf(Buffer.from('!sqs|queue|meta|bGFuZS5maWZv'))).toBe(9n);
    expect(router.groupOf(Buffer.from('!sqs|msg|data|bGFuZS5maWZv\x00'))).toBe(9n);
  });

  test('without a map they go by the ranges, and with an unknown one they may lie anywhere', () => {
    const key = row('vis', 'lane.fifo', 1);
    expect(new Router(ranges).groupOf(key)).toBe(9n);
    const reader = new Router(ranges, { partitions: 'unknown' });
    expect(reader.find(key, 0, key.length)).toBe(ANY_GROUP);
    expect(reader.groups).toEqual([9n]);
  });
});
