import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWallTime, wallTimeIso } from './wall-time.ts';

test.each([
  [0n, '1970-01-01T00:00:00Z'],
  [1n, '1970-01-01T00:00:00.000000001Z'],
  [1767323045_123456789n, '2026-01-02T03:04:05.123456789Z'],
  [1767323045_820183320n, '2026-01-02T03:04:05.82018332Z'],
  [1767323045_500000000n, '2026-01-02T03:04:05.5Z'],
  [1767323045_000000006n, '2026-01-02T03:04:05.000000006Z'],
  [1709251199_000000000n, '2024-02-29T23:59:59Z'],
  [-1n, '1969-12-31T23:59:59.999999999Z'],
  [253402300799_999999999n, '9999-12-31T23:59:59.999999999Z'],
  [-62167219200_000000000n, '0000-01-01T00:00:00Z'],
])('%s ns is written %s', (nanoseconds, text) => {
  expect(wallTimeIso(nanoseconds)).toBe(text);
});

test.each([253402300800_000000000n, -62167219200_000000001n, 1n << 100n])('%s ns cannot be written', (nanoseconds) => {
  expect(() => wallTimeIso(nanoseconds)).toThrow(RangeError);
});

test('every time that is written can be read, and is the same time', () => {
  const times = fc.bigInt({ min: -62167219200_000000000n, max: 253402300799_999999999n });
  fc.assert(
    fc.property(times, (nanoseconds) => {
      const text = wallTimeIso(nanoseconds);
      expect(isWallTime(text)).toBe(true);
      const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? '';
      const seconds = BigInt(Date.parse(text.replace(/\.\d+Z$/, 'Z'))) / 1000n;
      expect(seconds * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))).toBe(nanoseconds);
      expect(fraction.endsWith('0')).toBe(false);
    }),
  );
});

test.each([
  '2026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.5Z',
  '2026-01-02T03:04:05.0Z',
  `2026-01-02T03:04:05.${'1'.repeat(40)}Z`,
  '2026-01-02T03:04:05+09:00',
  '2026-01-02T03:04:05.5-23:59',
  '2024-02-29T23:59:59Z',
  '2000-02-29T00:00:00Z',
  '2026-12-31T00:00:00-00:00',
  '0000-01-01T00:00:00Z',
])('%s can be read', (text) => {
  expect(isWallTime(text)).toBe(true);
});

test.each([
  '',
  'yesterday',
  '2026-01-02',
  '2026-01-02T03:04:05',
  '2026-01-02T03:04Z',
  '2026-01-02 03:04:05Z',
  '2026-01-02t03:04:05Z',
  '2026-01-02T03:04:05z',
  '2026-01-02T3:04:05Z',
  '2026-1-02T03:04:05Z',
  '26-01-02T03:04:05Z',
  '12026-01-02T03:04:05Z',
  '+002026-01-02T03:04:05Z',
  '2026-01-02T03:04:05.Z',
  '2026-01-02T03:04:05,5Z',
  '2026-00-02T03:04:05Z',
  '2026-13-02T03:04:05Z',
  '2026-01-00T03:04:05Z',
  '2026-01-32T03:04:05Z',
  '2026-04-31T03:04:05Z',
  '2026-02-29T03:04:05Z',
  '1900-02-29T03:04:05Z',
  '2024-02-30T03:04:05Z',
  '2026-01-02T24:00:00Z',
  '2026-01-02T03:60:05Z',
  '2026-12-31T23:59:60Z',
  '2026-01-02T03:04:05+24:00',
  '2026-01-02T03:04:05+09:60',
  '2026-01-02T03:04:05+0900',
  '2026-01-02T03:04:05+09',
  '2026-01-02T03:04:05Z\n',
  ' 2026-01-02T03:04:05Z',
  '２026-01-02T03:04:05Z',
])('%j cannot be read', (text) => {
  expect(isWallTime(text)).toBe(false);
});
