import { expect, test } from 'vitest';
import { MismatchLines } from './mismatch-lines.ts';

test('lines are in the order of their bytes, whole lines compared', () => {
  const lines = new MismatchLines();
  lines.add('redis/b', 'bytes differ');
  lines.add('redis/\xff', 'missing in input');
  lines.add('redis/a-', 'bytes differ');
  lines.add('redis/a', 'missing in scratch');
  expect(lines.sorted()).toEqual([
    'redis/a (missing in scratch)',
    'redis/a- (bytes differ)',
    'redis/b (bytes differ)',
    'redis/\xff (missing in input)',
  ]);
});

test('of very many lines the count is exact and the lowest ones are kept, whatever order they come in', () => {
  const lines = new MismatchLines();
  for (let i = 0; i < 5000; i++) lines.add(String((i * 3571) % 5000).padStart(5, '0'), 'bytes differ');
  expect(lines.count).toBe(5000);
  const lowest = Array.from({ length: 64 }, (_, i) => `${String(i).padStart(5, '0')} (bytes differ)`);
  expect(lines.sorted().slice(0, 64)).toEqual(lowest);
});

test('the first line comes with how its file differs', () => {
  const lines = new MismatchLines();
  expect(lines.first()).toBeUndefined();
  lines.add('b (x)', 'bytes differ');
  lines.explain('b (x)', '1 byte in the input, 2 decoded');
  expect(lines.first()).toBe('b (x) (bytes differ): 1 byte in the input, 2 decoded');
  lines.add('a', 'missing in input');
  expect(lines.first()).toBe('a (missing in input)');
});
