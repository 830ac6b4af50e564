import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyBytes } from './key-bytes.ts';
import { keyPart } from './key-part.ts';
import type { KeyKind } from './value-range.ts';

const digits = fc.stringMatching(/^[0-9]{0,8}$/);
const number = fc.oneof(
  fc
    .tuple(fc.constantFrom('', '-', '+', ' ', '--'), digits, fc.constantFrom('', '.', '..'), digits)
    .map((parts) => parts.join('')),
  fc.tuple(digits, fc.constantFrom('e', 'E-', 'e+'), digits).map((parts) => parts.join('')),
  fc
    .tuple(digits, fc.nat(80), fc.constantFrom('', '.'), digits)
    .map(([a, zeros, point, b]) => `${a}${'0'.repeat(zeros)}${point}${b}`),
  fc.tuple(fc.nat(80), digits).map(([zeros, b]) => `-0.${'0'.repeat(zeros)}${b}`),
  fc.constantFrom(
    '',
    '-',
    '.',
    '-.',
    '+.5',
    '0',
    '-0',
    '00.00',
    '1e400',
    'NaN',
    '0x10',
    '1/2',
    '1_0',
    '\u00a05',
    '5\u3000',
  ),
);
const value: fc.Arbitrary<{ kind: KeyKind; bytes: Buffer }> = fc.oneof(
  fc.record({ kind: fc.constant('N' as const), bytes: number.map((text) => Buffer.from(text)) }),
  fc.record({
    kind: fc.constantFrom('S' as const, 'B' as const),
    bytes: fc
      .oneof(
        fc.uint8Array(),
        fc.array(fc.constantFrom(0, 1, 0xff)),
        fc.nat(600).map((n) => new Uint8Array(n)),
      )
      .map((bytes) => Buffer.from(bytes)),
  }),
);

test('a key of parts is what its parts are one after the other, or is left to these', () => {
  const key = new KeyBytes();
  let built = 0;
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(value, { minLength: 1, maxLength: 3 }), (head, values) => {
      const parts = values.map(keyPart);
      key.begin(Buffer.from(head));
      const isBuilt = values.every(({ kind, bytes }) => {
        const around = Buffer.concat([Buffer.from('7'), bytes, Buffer.from('7')]);
        return key.appendPart({ kind, bytes: around, start: 1, end: 1 + bytes.length });
      });
      if (!isBuilt) return;
      built++;
      expect(parts).not.toContain(undefined);
      const expected = Buffer.concat([head, ...parts.map((part) => part!)]);
      expect(key.view()).toEqual(expected);
      const around = Buffer.concat([Buffer.from('x'), expected]);
      expect(key.equals(around, 1, around.length)).toBe(true);
      expect(key.equals(around, 0, around.length - 1)).toBe(around.subarray(0, -1).equals(expected));
    }),
    { numRuns: 3000 },
  );
  expect(built).toBeGreaterThan(500);
});

test.each([
  '0',
  '-0',
  '00.00',
  '7',
  '+7',
  '.5',
  '5.',
  '-0.001',
  '123456789012345678901234567890.12',
  '1'.padEnd(64, '0'),
])('the key of the number %s is built in place', (text) => {
  const key = new KeyBytes();
  key.begin(Buffer.alloc(0));
  const bytes = Buffer.from(text);
  expect(key.appendPart({ kind: 'N', bytes, start: 0, end: bytes.length })).toBe(true);
  expect(key.view()).toEqual(keyPart({ kind: 'N', bytes }));
});
