import { expect, test } from 'vitest';
import { partitionOf } from './partition.ts';

test.each([
  ['g0', 4, 2],
  ['g1', 4, 1],
  ['g2', 4, 0],
  ['g3', 4, 3],
  ['alpha', 8, 3],
  ['beta', 8, 7],
  ['a', 8, 4],
  ['!"#$%&', 8, 2],
  ['Z'.repeat(128), 8, 5],
  ['lg0', 16, 12],
])('a server puts group %s of %i partitions into partition %i', (group, partitions, partition) => {
  expect(partitionOf(Buffer.from(group), partitions, 'perMessageGroupId')).toBe(partition);
});

test.each([
  ['of a queue without partitions', 'g0', 1, ''],
  ['of a queue whose limit is perQueue', 'g0', 4, 'perQueue'],
  ['without a group', '', 4, ''],
])('all messages %s go to partition 0', (_, group, partitions, limit) => {
  expect(partitionOf(Buffer.from(group), partitions, limit)).toBe(0);
});
