import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { parseOptions } from './options.ts';

test('sizes are measured from small to large, each once, and large objects last', () => {
  const options = parseOptions(['--sizes', '300,20,300', '--shapes', 'large-object,s3,redis,s3', '--large-mib', '16']);
  expect(options?.cases).toEqual([
    { shape: 's3', size: 20 },
    { shape: 'redis', size: 20 },
    { shape: 's3', size: 300 },
    { shape: 'redis', size: 300 },
    { shape: 'large-object', size: 16 },
  ]);
});

test('all workers is one for each core, and not measured twice where that is one', () => {
  expect(parseOptions(['--workers', 'all,1'])?.workers).toEqual([...new Set([1, availableParallelism()])]);
  expect(parseOptions(['--workers', '1,1,3'])?.workers).toEqual([1, 3]);
});

test.each(['0', '-1', '1e3', '', '5000000000'])('--sizes %j is refused', (text) => {
  expect(() => parseOptions([`--sizes=${text}`])).toThrow('--sizes');
});

test('a shape that does not exist is refused with the names of those that do', () => {
  expect(() => parseOptions(['--shapes', 'redis,mongo'])).toThrow('--shapes mongo: must be one of redis, dynamodb');
});
