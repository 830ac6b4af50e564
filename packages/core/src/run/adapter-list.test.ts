import { UsageError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ADAPTER_NAMES, namedAdapters, parseAdapterList } from './adapter-list.ts';

test('exactly "all" is all adapters, in the canonical order', () => {
  expect(parseAdapterList('all')).toEqual(['redis', 'dynamodb', 's3', 'sqs']);
});

test.each([
  ['sqs,redis', ['redis', 'sqs']],
  ['redis,redis , redis', ['redis']],
  [',,s3,', ['s3']],
  ['\u2003s3\t,\u00a0sqs\n', ['s3', 'sqs']],
  ['REDIS,DynamoDB', ['redis', 'dynamodb']],
])('%j selects %j: blanks, empty names, repeats, order and case do not matter', (text, wanted) => {
  expect(parseAdapterList(text)).toEqual(wanted);
});

test('any list of names gives each of them once, in the canonical order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...ADAPTER_NAMES), { minLength: 1 }), (names) => {
      expect(parseAdapterList(names.join(' , '))).toEqual(ADAPTER_NAMES.filter((name) => names.includes(name)));
    }),
  );
});

test.each(['ALL', ' all', 'all,redis', 'redis;s3', 'redis s3', 'ddb', '*'])(
  '%j is refused as an unknown adapter',
  (text) => {
    expect(() => parseAdapterList(text)).toThrow(UsageError);
    expect(() => parseAdapterList(text)).toThrow(/unknown adapter/);
  },
);

test('an unknown adapter is named', () => {
  expect(() => parseAdapterList('redis,foo')).toThrow(/"foo"/);
});

test.each(['', ' ', ',', ' , ,\t'])('%j, only separators and blanks, selects no adapter and is refused', (text) => {
  expect(() => parseAdapterList(text)).toThrow(UsageError);
  expect(() => parseAdapterList(text)).toThrow(/no adapter is selected .*name some of redis, dynamodb, s3, sqs/);
  expect(() => namedAdapters(text)).toThrow(UsageError);
});

test('adapters are named by a list, not by "all"', () => {
  expect(namedAdapters('all')).toEqual([]);
  expect(namedAdapters('sqs,redis')).toEqual(['redis', 'sqs']);
});

test('a mistyped adapter is told with the one that is meant', () => {
  expect(() => parseAdapterList('redsi')).toThrow(
    'unknown adapter "redsi" in --adapter, did you mean redis?; name some of',
  );
});
