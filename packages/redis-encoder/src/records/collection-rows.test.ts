import { DataError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { hashRecords, listRecords, setRecords, sortedSetRecords } from './collection-rows.ts';
import { inHex, prefixed, rowsInHex } from './records.test-data.ts';

const key = Buffer.from('key');
const KEY = '6b6579';
const LENGTH_AND_KEY = `00000003${KEY}`;
const bytes = (text: string) => Buffer.from(text, 'latin1');
const EXPIRY = 5795418435398n;
const EXPIRY_HEX = '0000054559db6f46';
const INDEX_ROW = inHex(prefixed('!redis|ttl|', KEY), EXPIRY_HEX);

test('a hash is its metadata and a row for each field', () => {
  const fields = [
    { name: bytes('name'), value: bytes('alice') },
    { name: bytes(''), value: bytes('\xff') },
  ];
  expect(rowsInHex(hashRecords(key, fields))).toEqual([
    inHex(prefixed('!hs|meta|', LENGTH_AND_KEY), '0000000000000002'),
    inHex(prefixed('!hs|fld|', `${LENGTH_AND_KEY}6e616d65`), '616c696365'),
    inHex(prefixed('!hs|fld|', LENGTH_AND_KEY), 'ff'),
  ]);
});

test('a set is its metadata and a row without value for each member', () => {
  expect(rowsInHex(setRecords(key, [bytes('\xff\xfe'), bytes('')]))).toEqual([
    inHex(prefixed('!st|meta|', LENGTH_AND_KEY), '0000000000000002'),
    inHex(prefixed('!st|mem|', `${LENGTH_AND_KEY}fffe`), ''),
    inHex(prefixed('!st|mem|', LENGTH_AND_KEY), ''),
  ]);
});

test('a list is its metadata, head 0, and its items numbered from 0; its keys hold no length', () => {
  expect(rowsInHex(listRecords(key, [bytes('a'), bytes(''), bytes('a')]))).toEqual([
    inHex(prefixed('!lst|meta|', KEY), '0000000000000000 0000000000000003 0000000000000003'),
    inHex(prefixed('!lst|itm|', `${KEY}8000000000000000`), '61'),
    inHex(prefixed('!lst|itm|', `${KEY}8000000000000001`), ''),
    inHex(prefixed('!lst|itm|', `${KEY}8000000000000002`), '61'),
  ]);
});

test('a sorted set is its metadata and two rows for each member: score as given, and score in sortable form', () => {
  const members = [
    { member: bytes('two'), score: 2.5 },
    { member: bytes(''), score: Number.NEGATIVE_INFINITY },
  ];
  expect(rowsInHex(sortedSetRecords(key, members))).toEqual([
    inHex(prefixed('!zs|meta|', LENGTH_AND_KEY), '0000000000000002'),
    inHex(prefixed('!zs|mem|', `${LENGTH_AND_KEY}74776f`), '4004000000000000'),
    inHex(prefixed('!zs|scr|', `${LENGTH_AND_KEY}c00400000000000074776f`), ''),
    inHex(prefixed('!zs|mem|', LENGTH_AND_KEY), 'fff0000000000000'),
    inHex(prefixed('!zs|scr|', `${LENGTH_AND_KEY}000fffffffffffff`), ''),
  ]);
});

test('negative zero keeps its sign in the member row and loses it in the score row', () => {
  const [, member, score] = rowsInHex(sortedSetRecords(key, [{ member: bytes('m'), score: -0 }]));
  expect(member).toBe(inHex(prefixed('!zs|mem|', `${LENGTH_AND_KEY}6d`), '8000000000000000'));
  expect(score).toBe(inHex(prefixed('!zs|scr|', `${LENGTH_AND_KEY}80000000000000006d`), ''));
});

test('a score that is NaN is refused, with key and member', () => {
  const records = () => rowsInHex(sortedSetRecords(bytes('k\xff'), [{ member: bytes('m\n'), score: Number.NaN }]));
  expect(records).toThrow(new DataError('sorted set k\\xff: the score of m\\x0a is NaN'));
});

test.each([
  ['hash', hashRecords, '!hs|meta|', LENGTH_AND_KEY, '0000000000000000'],
  ['set', setRecords, '!st|meta|', LENGTH_AND_KEY, '0000000000000000'],
  ['sorted set', sortedSetRecords, '!zs|meta|', LENGTH_AND_KEY, '0000000000000000'],
  ['list', listRecords, '!lst|meta|', KEY, '000000000000000000000000000000000000000000000000'],
] as const)(
  'a %s that expires has long metadata and an index row, else short metadata and none',
  (_, records, prefix, rest, counts) => {
    const metadata = (value: string) => inHex(prefixed(prefix, rest), value);
    expect(rowsInHex(records(key, [], EXPIRY))).toEqual([metadata(counts + EXPIRY_HEX), INDEX_ROW]);
    for (const none of [undefined, null, 0n]) expect(rowsInHex(records(key, [], none))).toEqual([metadata(counts)]);
  },
);

test('an expiry of 2^64-1 is written as it is', () => {
  expect(rowsInHex(setRecords(key, [], 2n ** 64n - 1n))[1]).toBe(
    inHex(prefixed('!redis|ttl|', KEY), 'ffffffffffffffff'),
  );
});

test('the empty key has a length of 0', () => {
  expect(rowsInHex(setRecords(new Uint8Array(), [bytes('m')]))[1]).toBe(inHex(prefixed('!st|mem|', '000000006d'), ''));
});

test.each([-1n, 2n ** 64n])('an expiry of %s is refused: it has no 64 bits', (expiry) => {
  for (const records of [hashRecords, setRecords, listRecords, sortedSetRecords])
    expect(() => rowsInHex(records(key, [], expiry))).toThrow(RangeError);
});
