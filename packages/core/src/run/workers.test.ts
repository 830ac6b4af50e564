import { availableParallelism } from 'node:os';
import { UsageError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { givenWorkers, MOST_WORKERS } from './workers.ts';

test('a run works with as many threads as it is asked to, else with one per available core', () => {
  expect([1, 2, MOST_WORKERS].map(givenWorkers)).toEqual([1, 2, 256]);
  expect(givenWorkers(undefined)).toBe(Math.min(availableParallelism(), MOST_WORKERS));
});

test.each([0, -1, 1.5, 257, Number.NaN, Number.POSITIVE_INFINITY, '2', null])('%j is no number of workers', (given) => {
  expect(() => givenWorkers(given as number)).toThrow(
    new UsageError(`the option workers must be a whole number from 1 to 256, not ${given}`),
  );
});
