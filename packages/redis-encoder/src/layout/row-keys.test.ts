import { RowError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countChangeKeyEnd, lengthKeyEnd, lengthRowKey, listItemKeyEnd, listItemRowKey, u64s } from './row-keys.ts';

function sequenceBytes(value: bigint): Buffer {
  return listItemRowKey(Buffer.from('list'), value).subarray('!lst|itm|list'.length);
}

const sequence = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n),
);

test.each([
  [-3n, '7ffffffffffffffd'],
  [0n, '8000000000000000'],
  [1n, '8000000000000001'],
  [-(2n ** 63n), '0000000000000000'],
  [2n ** 63n - 1n, 'ffffffffffffffff'],
])('the sequence number %d has the bytes %s', (value, hex) => {
  expect(sequenceBytes(value).toString('hex')).toBe(hex);
});

test('the bytes of sequence numbers are in the order of the numbers', () => {
  fc.assert(
    fc.property(sequence, sequence, (a, b) => {
      expect(Buffer.compare(sequenceBytes(a), sequenceBytes(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

const someBytes = fc.uint8Array({ maxLength: 12 });

test('the Redis key is found again in the keys of rows, whatever follows it', () => {
  fc.assert(
    fc.property(someBytes, someBytes, (key, rest) => {
      const row = Buffer.concat([lengthRowKey('!x|', key), rest]);
      expect(lengthKeyEnd(row, 3, row.length)).toBe(7 + key.length);
      expect(countChangeKeyEnd(row, 3, row.length)).toBe(rest.length === 12 ? 7 + key.length : -1);
      const item = listItemRowKey(key, 5n);
      expect(listItemKeyEnd({ bytes: item, keyStart: 0, keyEnd: item.length, offset: 0 })).toBe(9 + key.length);
    }),
  );
});

test('a length that runs past the end of the key, and one that is cut, give no key', () => {
  const row = lengthRowKey('!x|', Buffer.from('key'));
  for (let end = 3; end < row.length; end++) expect(lengthKeyEnd(row, 3, end)).toBe(-1);
});

test('the key of a list item that is too short for a sequence number is refused', () => {
  const bytes = Buffer.from('!lst|itm|1234567');
  expect(() => listItemKeyEnd({ bytes, keyStart: 0, keyEnd: bytes.length, offset: 0 })).toThrow(RowError);
});

test('numbers follow each other, big-endian', () => {
  expect(u64s(1n, 2n ** 64n - 1n).toString('hex')).toBe('0000000000000001ffffffffffffffff');
});
