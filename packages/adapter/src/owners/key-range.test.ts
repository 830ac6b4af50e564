import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInRange, keysFrom, oneKey, sortedRanges } from './key-range.ts';

const bytes = fc.uint8Array({ maxLength: 6 }).map((some) => Buffer.from(some));
const version = fc.uint8Array({ minLength: 8, maxLength: 8 }).map((some) => Buffer.from(some));

test('keysFrom holds all keys that begin so, of the length that is meant, and no others', () => {
  const rest = fc.option(fc.nat(4), { nil: undefined });
  fc.assert(
    fc.property(bytes, bytes, rest, (start, key, rest) => {
      const begins = key.subarray(0, start.length).equals(start);
      const isLong = rest === undefined || key.length === start.length + rest;
      expect(isInRange(keysFrom(start, rest), key, 0, key.length)).toBe(begins && isLong);
    }),
  );
});

test('the bounds hold the keys as they stand in a file, with any version behind them', () => {
  fc.assert(
    fc.property(bytes, bytes, version, (start, more, version) => {
      for (const [range, key] of [
        [keysFrom(start), Buffer.concat([start, more])],
        [oneKey(start), start],
      ] as const) {
        const stored = Buffer.concat([key, version]);
        expect(stored.compare(range.start)).toBeGreaterThanOrEqual(0);
        if (range.end !== undefined) expect(stored.compare(range.end)).toBeLessThan(0);
      }
    }),
  );
});

test('oneKey holds that key alone', () => {
  fc.assert(
    fc.property(bytes, bytes, (key, other) => {
      expect(isInRange(oneKey(key), other, 0, other.length)).toBe(key.equals(other));
    }),
  );
});

test('a key in the middle of other bytes is found too', () => {
  const around = Buffer.from('xxkeyxx');
  expect(isInRange(keysFrom(Buffer.from('ke')), around, 2, 5)).toBe(true);
  expect(isInRange(keysFrom(Buffer.from('keyx')), around, 2, 5)).toBe(false);
});

test('keys above all others have no end', () => {
  expect(keysFrom(Buffer.from([0xff, 0xff])).end).toBeUndefined();
  expect(keysFrom(Buffer.from([0x61, 0xff])).end).toEqual(Buffer.from([0x62]));
});

test('ranges are put in order, each once', () => {
  const [a, b] = [keysFrom(Buffer.from('a')), oneKey(Buffer.from('b'))];
  expect(sortedRanges([b, a, oneKey(Buffer.from('b')), a])).toEqual([a, b]);
});
