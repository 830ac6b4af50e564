import { expect, test } from 'vitest';
import { MEASURES } from './measures.ts';
import { partsOf } from './part.ts';
import { amountsOf, spokenPart } from './spoken-part.ts';

const [whole, redis] = partsOf([
  [-1, 'everything', 'snapshot', 4096, 100, 9],
  [0, 'redis', 'adapter', 1024, 100, 1],
]);

test('a part is said with its kind, size, share and parts', () => {
  expect(spokenPart(whole!, MEASURES[0]!)).toBe('everything, snapshot, 4.0 KiB live, 1 part');
  expect(spokenPart(redis!, MEASURES[0]!)).toBe('redis, adapter, 1.0 KiB live, 25.0% of everything');
  expect(spokenPart(redis!, MEASURES[2]!)).toBe('redis, adapter, 1 key, 11.1% of everything');
});

test('its amounts are all there', () => {
  expect(amountsOf(redis!)).toEqual(['1.0 KiB live', '100 B past', '1 key']);
});
