import { expect, test } from 'vitest';
import { hyperLogLogRecords, stringRecord } from './blob-rows.ts';
import { inHex, prefixed, rowsInHex } from './records.test-data.ts';

const key = Buffer.from('k');
const body = Buffer.from([0xff, 0x01, 0x41]);
const EXPIRY = 5795418435365n;

test('a string is a header and the body', () => {
  expect(rowsInHex([stringRecord(key, body)])).toEqual([inHex(prefixed('!redis|str|', '6b'), 'ff0100 ff0141')]);
});

test('an expiring string has its expiry in the header, and no index row', () => {
  expect(rowsInHex([stringRecord(key, body, EXPIRY)])).toEqual([
    inHex(prefixed('!redis|str|', '6b'), 'ff0101 0000054559db6f25 ff0141'),
  ]);
});

test('a HyperLogLog that does not expire is its payload alone', () => {
  expect(rowsInHex(hyperLogLogRecords(key, body))).toEqual([inHex(prefixed('!redis|hll|', '6b'), 'ff0141')]);
});

test('an expiring HyperLogLog has a header and an index row', () => {
  expect(rowsInHex(hyperLogLogRecords(key, body, EXPIRY))).toEqual([
    inHex(prefixed('!redis|hll|', '6b'), 'ff0201 0000054559db6f25 ff0141'),
    inHex(prefixed('!redis|ttl|', '6b'), '0000054559db6f25'),
  ]);
});

test.each([0n, null, undefined])('an expiry of %s is none', (expiry) => {
  expect(rowsInHex([stringRecord(key, body, expiry)])).toEqual(rowsInHex([stringRecord(key, body)]));
  expect(rowsInHex(hyperLogLogRecords(key, body, expiry))).toEqual(rowsInHex(hyperLogLogRecords(key, body)));
});

test('an expiry of 2^64-1 is written as it is', () => {
  expect(rowsInHex([stringRecord(key, body, 2n ** 64n - 1n)])[0]).toContain('ff0101ffffffffffffffff');
});

test('key and value may be empty', () => {
  const nothing = new Uint8Array();
  expect(rowsInHex([stringRecord(nothing, nothing)])).toEqual([inHex(prefixed('!redis|str|', ''), 'ff0100')]);
  expect(rowsInHex(hyperLogLogRecords(nothing, nothing))).toEqual([inHex(prefixed('!redis|hll|', ''), '')]);
});

test('a key that is a part of a larger buffer is taken alone', () => {
  const inside = Buffer.from('xxkeyxx').subarray(2, 5);
  expect(rowsInHex([stringRecord(inside, inside)])).toEqual([
    inHex(prefixed('!redis|str|', '6b6579'), 'ff0100 6b6579'),
  ]);
});

test.each([-1n, 2n ** 64n])('an expiry of %s is refused: it has no 64 bits', (expiry) => {
  expect(() => stringRecord(key, body, expiry)).toThrow(RangeError);
  expect(() => rowsInHex(hyperLogLogRecords(key, body, expiry))).toThrow(RangeError);
});
