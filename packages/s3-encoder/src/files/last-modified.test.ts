import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastModifiedMs, lastModifiedText } from './last-modified.ts';

test.each([
  [117664511443599362n, '2026-11-23T07:12:40.26Z'],
  [1n, '1970-01-01T00:00:00Z'],
  [65535n, '1970-01-01T00:00:00Z'],
  [65536n, '1970-01-01T00:00:00.001Z'],
  [100n << 16n, '1970-01-01T00:00:00.1Z'],
  [10_000n << 16n, '1970-01-01T00:00:10Z'],
  [(1n << 64n) - 1n, '10889-08-02T05:31:50.655Z'],
])('the clock value %d is %s', (clockValue, text) => {
  expect(lastModifiedText(clockValue)).toBe(text);
});

test('a text of every time up to the year 9999 is read back to the millisecond', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 253402300799999n }), fc.bigInt({ min: 0n, max: 0xffffn }), (ms, counter) => {
      expect(lastModifiedMs(lastModifiedText((ms << 16n) | counter))).toBe(ms);
    }),
  );
});

test.each([
  ['2026-11-23T07:12:40.2609999Z', 1795417960260n],
  ['2026-11-23T07:12:40Z', 1795417960000n],
  ['2026-11-23T12:42:40.26+05:30', 1795417960260n],
  ['2026-11-22T23:12:40.26-08:00', 1795417960260n],
  ['2024-02-29T00:00:00Z', 1709164800000n],
])('%s is %d ms', (text, ms) => {
  expect(lastModifiedMs(text)).toBe(ms);
});

test.each([
  '',
  'yesterday',
  '2023-02-29T00:00:00Z',
  '2023-13-01T00:00:00Z',
  '2023-00-01T00:00:00Z',
  '2023-01-01T24:00:00Z',
  '2023-01-01T00:60:00Z',
  '2023-01-01T00:00:60Z',
  '2023-01-01t00:00:00Z',
  '2023-01-01T00:00:00z',
  '2023-01-01T00:00:00',
  '2023-01-01T00:00:00.Z',
  '2023-01-01T0:00:00Z',
  '2023-01-01T00:00:00+0530',
  '1969-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
  '10889-08-02T05:31:50.655Z',
  '2023-01-01T00:00:00Z ',
])('%j is no time that counts', (text) => {
  expect(lastModifiedMs(text)).toBeUndefined();
});

test('a text of the usual form is the same time as with a zone that is none, or no time just as well', () => {
  const digits = (length: number, max: number) =>
    fc.integer({ min: 0, max }).map((value) => String(value).padStart(length, '0'));
  const text = fc
    .tuple(
      digits(4, 3000),
      digits(2, 14),
      digits(2, 33),
      digits(2, 25),
      digits(2, 61),
      digits(2, 61),
      fc.stringMatching(/^(\.\d{0,4})?$/),
    )
    .map(
      ([year, month, day, hour, minute, second, fraction]) =>
        [`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`] as const,
    );
  // A zone of no minutes is the general way to say the same.
  fc.assert(
    fc.property(text, ([some]) => lastModifiedMs(`${some}Z`) === lastModifiedMs(`${some}+00:00`)),
    { numRuns: 2000 },
  );
});
