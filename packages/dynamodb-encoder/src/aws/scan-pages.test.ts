import { ArgumentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { allOf, later } from '../async-iterables.test-data.ts';
import { fromSdk } from './index.ts';

const ITEMS = [{ id: { N: '1' } }, { id: { N: '2' } }];

test('pages are given as groups of items, from any iterable', async () => {
  const pages = [{ Items: ITEMS, Count: 2 }, { Items: [], Count: 0 }, { Count: 0 }];
  expect([...fromSdk(pages)]).toEqual([ITEMS, [], []]);
  expect(await allOf(fromSdk(later(pages)))).toEqual([ITEMS, [], []]);
});

test.each([
  [
    'a page that counts alone',
    { Count: 5 },
    'page 2 counts 5 items and has none of them; leave Select out of the Scan, or give it ALL_ATTRIBUTES',
  ],
  ['an item', ITEMS[0], 'page 2 must be an answer to Scan or Query, with Items and Count, not a value of type object'],
  ['nothing', undefined, 'page 2 must be an answer to Scan or Query, with Items and Count, not nothing'],
])('%s is no page', (_, page, message) => {
  expect(() => [...fromSdk([{ Items: [], Count: 0 }, page as never])]).toThrow(new ArgumentError(message));
});

test('one answer is no list of answers', () => {
  expect(() => fromSdk({ Items: ITEMS } as never)).toThrow(
    new ArgumentError('the pages of a Scan must be an iterable or an async iterable, not a value of type object'),
  );
});
