import { ArgumentError } from '@ekv/snapshot';
import { expect, test } from 'vitest';
import { type GivenStreamId, type StreamEntry, streamRecords } from './given-stream.ts';
import { inHex, prefixed, rowsInHex } from './records.test-data.ts';

const key = Buffer.from('x:one');
const HEAD = '00000005783a6f6e65';
const entry = (ms: bigint, seq: bigint, ...texts: string[]): StreamEntry => ({
  ms,
  seq,
  fields: texts.map((text) => Buffer.from(text)),
});
const metadataOf = (entries: readonly StreamEntry[], last: GivenStreamId | undefined) =>
  rowsInHex(streamRecords(key, entries, { last })).find((row) => row.startsWith(prefixed('!stream|meta|', '')));

test('a stream is a row for each entry and its metadata: count and last id', () => {
  expect(rowsInHex(streamRecords(key, [entry(1714400000000n, 7n, 'event', 'login')]))).toEqual([
    inHex(
      prefixed('!stream|entry|', `${HEAD}0000018f2a33f8000000000000000007`),
      '0052584501 0a0f313731343430303030303030302d37 12056576656e74 12056c6f67696e',
    ),
    inHex(prefixed('!stream|meta|', HEAD), '0000000000000001 0000018f2a33f800 0000000000000007'),
  ]);
});

test('a stream that expires has longer metadata and an index row', () => {
  const expiry = '0000054559dbbef8';
  expect(rowsInHex(streamRecords(key, [], { last: { ms: 1n, seq: 2n }, expireAt: 0x54559dbbef8n }))).toEqual([
    inHex(prefixed('!stream|meta|', HEAD), `0000000000000000 0000000000000001 0000000000000002 ${expiry}`),
    inHex(prefixed('!redis|ttl|', '783a6f6e65'), expiry),
  ]);
});

test.each([
  ['the highest of the entries, in any order', [entry(2n, 1n), entry(2n, 9n), entry(1n, 99n)], undefined, '2-9'],
  ['the one given when it is higher', [entry(2n, 1n)], { ms: 2n, seq: 2n }, '2-2'],
  ['that of the entries when the one given is lower', [entry(2n, 1n)], { ms: 1n, seq: 9n }, '2-1'],
  ['0-0 for a stream without entries', [], undefined, '0-0'],
])('the last id is %s', (_, entries, last, id) => {
  const numbers = metadataOf(entries, last)!.split(' ')[1]!.match(/.{16}/g)!;
  expect(numbers.map((digits) => BigInt(`0x${digits}`))).toEqual([
    BigInt(entries.length),
    ...id.split('-').map(BigInt),
  ]);
});

test('ids are exact up to 2^64-1', () => {
  const max = 2n ** 64n - 1n;
  const [row] = rowsInHex(streamRecords(key, [entry(max, max)]));
  expect(row).toContain(`${HEAD}ffffffffffffffffffffffffffffffff `);
  expect(row).toContain(Buffer.from('18446744073709551615-18446744073709551615').toString('hex'));
});

test.each([
  ['that is not valid UTF-8', [Buffer.from([0xff]), Buffer.from('v')]],
  ['without a value', [Buffer.from('name')]],
])('an entry with a name %s is refused', (_, fields) => {
  expect(() => rowsInHex(streamRecords(key, [{ ms: 1n, seq: 1n, fields }]))).toThrow(ArgumentError);
});

test.each([-1n, 2n ** 64n])('an id with the number %s is refused: it has no 64 bits', (number) => {
  expect(() => rowsInHex(streamRecords(key, [entry(number, 0n)]))).toThrow(ArgumentError);
  expect(() => rowsInHex(streamRecords(key, [entry(0n, number)]))).toThrow(ArgumentError);
  expect(() => rowsInHex(streamRecords(key, [], { last: { ms: 0n, seq: number } }))).toThrow(ArgumentError);
});
