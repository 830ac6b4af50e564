import { isInRange } from '@ekv/adapter';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OwnerFinder } from '../owners/owner-finder.ts';
import { database } from '../random-data/random-database.test-data.ts';
import { RUNS_LIMIT_MS, runs } from '../random-data/runs.test-data.ts';
import { Selection, type SelectionOptions } from './selection.ts';
import { selections } from './selections.test-data.ts';

test.each<[SelectionOptions, string[], string[]]>([
  [{}, ['redis/a', 's3/b/o', 'dynamodb/t'], []],
  [{ match: ['redis/user:*'] }, ['redis/user:1'], ['redis/session:1', 's3/user:/1', 'redis']],
  [{ match: ['redis/a', 's3/*'] }, ['redis/a', 's3/b/o', 's3/b'], ['redis/b']],
  [{ match: ['dynamodb/orders'] }, ['dynamodb/orders', 'dynamodb/orders/a/b'], ['dynamodb/orders2/a']],
  [{ match: ['s3'] }, ['s3/b', 's3/b/o'], ['sqs/q/1', 'redis/s3']],
  [
    { scopes: ['dynamodb=orders'] },
    ['dynamodb/orders', 'dynamodb/orders/a'],
    ['dynamodb/o/a', 'redis/a', 's3/orders/a'],
  ],
  [{ scopes: ['dynamodb=a/b', 'sqs=q'] }, ['dynamodb/a%2Fb/x', 'sqs/q/1'], ['dynamodb/a/b']],
  [{ exclude: ['redis/tmp:*', 's3/logs'] }, ['redis/a', 's3/b/o'], ['redis/tmp:1', 's3/logs', 's3/logs/o']],
  [
    { match: ['dynamodb/*'], scopes: ['dynamodb=t'], exclude: ['*/x'] },
    ['dynamodb/t/a'],
    ['dynamodb/t/x', 'dynamodb/u/a'],
  ],
])('%j takes what it should and nothing else', (options, taken, others) => {
  const selection = new Selection(options);
  expect(taken.filter((address) => !selection.takesAddress(address))).toEqual([]);
  expect(others.filter((address) => selection.takesAddress(address))).toEqual([]);
});

test.each<[SelectionOptions, RegExp]>([
  [{ match: ['session:*'] }, /the pattern "session:\*" must begin with redis\/, dynamodb\/, s3\/, sqs\/ or \*/],
  [{ exclude: ['reddis/a'] }, /did you mean redis\?/],
  [{ scopes: ['orders'] }, /must be ADAPTER=NAME, with the adapter dynamodb, s3, sqs/],
  [{ scopes: ['redis=a'] }, /keys of redis are chosen by patterns, as redis\/user:\*/],
  [{ scopes: ['dynamo=a'] }, /did you mean dynamodb\?/],
  [{ scopes: ['s3='] }, /must name a bucket, as s3=NAME/],
  [{ scopes: ['sqs'] }, /must name a queue, as sqs=NAME/],
  [{ scopes: ['s3=100%'] }, /two hex digits must follow/],
  [{ expired: 'gone' as 'drop' }, /--expired "gone" must be keep or drop/],
])('%j is refused', (options, words) => {
  expect(() => new Selection(options)).toThrow(words);
});

test('what has had no part in what was taken is told, also what the rest of the selection keeps from it', () => {
  const selection = new Selection({
    match: ['redis/a*', 's3/b', 's3/c', 's3/b/x'],
    scopes: ['s3=b', 's3=c'],
    exclude: ['*/x', '*/y', 'redis/*', 'sqs'],
  });
  expect([selection.hasTaken, selection.isMatched]).toEqual([false, false]);
  for (const address of ['redis/abc', 's3/b/x']) expect(selection.takesAddress(address)).toBe(false);
  expect(selection.hasTaken).toBe(false);
  expect(selection.takesAddress('s3/b/o')).toBe(true);
  expect(selection.unmatched()).toEqual({
    match: ['redis/a*', 's3/c', 's3/b/x'],
    scopes: ['s3=c'],
    exclude: ['*/y', 'redis/*'],
  });
  expect([selection.hasTaken, selection.isMatched]).toEqual([true, false]);
});

test('a selection of which each pattern and scope has had its part leaves nothing to tell', () => {
  const selection = new Selection({ match: ['s3/b', 'redis/a*'], exclude: ['*/x', 'sqs'] });
  for (const address of ['redis/a', 's3/b/x', 's3/b/o']) selection.takesAddress(address);
  expect(selection.unmatched()).toEqual({ match: [], scopes: [], exclude: [] });
  expect(selection.isMatched).toBe(true);
});

test(
  'no row of what is taken stands outside of the ranges, and what may hold it says so',
  () => {
    fc.assert(
      fc.property(database, selections, (stored, options) => {
        const selection = new Selection(options);
        const ranges = selection.ranges();
        const finder = new OwnerFinder();
        for (const [text, value] of stored) {
          const key = Buffer.from(text, 'latin1');
          const owner = finder.findRow(key, value)!.owner();
          if (!selection.takes(owner)) continue;
          expect(
            ranges.some((range) => isInRange(range, key, 0, key.length)),
            text,
          ).toBe(true);
          const { adapter, scope, key: unit } = owner;
          expect(selection.mayHold({ adapter })).toBe(true);
          if (unit !== undefined) expect(selection.mayHold({ adapter, scope })).toBe(true);
        }
      }),
      runs(150),
    );
  },
  RUNS_LIMIT_MS,
);

test('the ranges of one scope or one key are narrow', () => {
  const starts = (options: SelectionOptions) =>
    new Selection(options).ranges().map(({ start }) => start.toString('latin1'));
  for (const options of [{ scopes: ['dynamodb=t'] }, { match: ['dynamodb/t/*'] }, { match: ['dynamodb/t'] }])
    expect(starts(options).every((start) => start.startsWith('!ddb|') && start.includes('|dA'))).toBe(true);
  expect(starts({ match: ['redis/key'] }).every((start) => start.includes('key'))).toBe(true);
  expect(starts({ match: ['redis/k*'] })).toEqual(starts({ match: ['redis/*'] }));
  expect(starts({ match: ['*'] })).toEqual(starts({}));
  expect(starts({ match: ['s3/*'], exclude: ['s3'] })).toEqual([]);
});
