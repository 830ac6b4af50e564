import fc from 'fast-check';
import { expect, test } from 'vitest';
import { keyPart } from './key-part.ts';

test.each([
  ['', '0001'],
  ['000102', '00ff01020001'],
  ['fffe', 'fffe0001'],
  ['75690078', '756900ff780001'],
])('the part of the bytes %j is %s', (raw, part) => {
  expect(keyPart({ kind: 'B', bytes: Buffer.from(raw, 'hex') })?.toString('hex')).toBe(part);
});

test('parts one after the other have the order of the first bytes, then of the second', () => {
  const values = fc.uint8Array({ maxLength: 12, max: 3 }).map((bytes) => Buffer.from(bytes));
  const joined = (...parts: Buffer[]) => Buffer.concat(parts.map((bytes) => keyPart({ kind: 'B', bytes })!));
  fc.assert(
    fc.property(values, values, values, values, (a, b, c, d) => {
      expect(joined(a, b).compare(joined(c, d))).toBe(a.compare(c) || b.compare(d));
    }),
  );
});

test('the kind is not in a part: S and B of the same bytes have the same', () => {
  const abc = Buffer.from('abc');
  expect(keyPart({ kind: 'S', bytes: abc })).toEqual(keyPart({ kind: 'B', bytes: abc }));
});

test.each([
  { kind: 'BOOL', truth: true } as const,
  { kind: 'L', values: [] } as const,
  { kind: 'SS', elements: [] } as const,
  { kind: 'none' } as const,
  { kind: 'N', bytes: Buffer.from('abc') } as const,
])('$kind can be no key', (value) => {
  expect(keyPart(value as Parameters<typeof keyPart>[0])).toBeUndefined();
});
