import { describe, expect, test } from 'vitest';
import { parseRanges } from './ranges/parse-ranges.ts';
import { parsePartitionMap } from './ranges/partition-map.ts';
import { Router } from './router.ts';

/** A row of a message of a queue with partitions. */
function message(queue: string, partition: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(partition);
  const name = Buffer.from(queue).toString('base64url');
  return Buffer.concat([Buffer.from(`!sqs|msg|data|p|${name}|`), number, Buffer.from('rest')]);
}

describe('rows of a queue that the partition map does not have', () => {
  const ranges = parseRanges(':=1', 'x');
  const partitions = parsePartitionMap('lane.fifo:2=2,3', 'x');

  test('have no group, as a server refuses them, unless somebody is told of them: then they go by the ranges', () => {
    expect(new Router(ranges, { partitions }).groupOf(message('other.fifo', 0))).toBeUndefined();
    const told: string[] = [];
    const router = new Router(ranges, { partitions, onUnmapped: (queue) => told.push(queue) });
    expect(router.groupOf(message('other.fifo', 0))).toBe(1n);
    expect(router.groupOf(message('lane.fifo', 1))).toBe(3n);
    expect(told).toEqual(['other.fifo']);
  });

  test('are told of with an empty map too', () => {
    const told: string[] = [];
    const router = new Router(ranges, { onUnmapped: (queue) => told.push(queue) });
    expect(router.groupOf(message('lane.fifo', 1))).toBe(1n);
    expect(router.groupOf(Buffer.from('!sqs|queue|meta|x'))).toBe(1n);
    expect(told).toEqual(['lane.fifo']);
  });

  test('are not those of a partition beyond the ones that it has, nor malformed keys', () => {
    const told: string[] = [];
    const router = new Router(ranges, { partitions, onUnmapped: (queue) => told.push(queue) });
    expect(router.groupOf(message('lane.fifo', 2))).toBeUndefined();
    expect(router.groupOf(Buffer.from('!sqs|msg|data|p|bm9iYXI'))).toBeUndefined();
    expect(told).toEqual([]);
  });
});

test('all rows of the catalog lie with its version, whatever the ranges say of them', () => {
  const router = new Router(parseRanges(':!dist|n=1,!dist|n:=2', 'x'));
  for (const key of [
    '!dist|meta|version',
    '!dist|route|\0\0\0\0\0\0\0\x01',
    '!txn|lock|!dist|route|\0\0\0\0\0\0\0\x01',
  ])
    expect(router.groupOf(Buffer.from(key, 'latin1'))).toBe(1n);
  expect(router.groupOf(Buffer.from('!dist'))).toBe(1n);
  expect(router.groupOf(Buffer.from('!e'))).toBe(2n);
});
