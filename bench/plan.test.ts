import { expect, test } from 'vitest';
import { missingRounds, secondsOf } from './plan.ts';
import { someCase, someResults, someRound } from './report.test-data.ts';

const small = { shape: 'redis', size: 1000 } as const;
const large = { shape: 'redis', size: 10_000 } as const;
const wanted = { cases: [small, large], workers: [1, 2], runs: 2 };

test('without results all cases are measured once before any is measured twice', () => {
  expect(missingRounds(wanted, someResults())).toEqual([small, large, small, large]);
});

test('a second run adds the rounds that are missing', () => {
  const results = someResults(someCase(small, [someRound(1000), someRound(1000, 1)]), someCase(large));
  expect(missingRounds(wanted, results)).toEqual([large]);
  expect(missingRounds({ ...wanted, runs: 1 }, results)).toEqual([]);
});

test('a round without one of the worker counts is none: a program stands beside the floors of its own round', () => {
  const results = someResults(someCase(small, [someRound(1000, 0, [1]), someRound(1000, 0, [1])]));
  expect(missingRounds({ ...wanted, cases: [small] }, results)).toEqual([small, small]);
});

test('a round is estimated by earlier ones, of another size in proportion', () => {
  const results = someResults(someCase(small));
  expect(secondsOf(small, results)).toBe(10);
  expect(secondsOf(large, results)).toBe(100);
  expect(secondsOf({ shape: 's3', size: 1000 }, results)).toBeGreaterThan(1);
});
