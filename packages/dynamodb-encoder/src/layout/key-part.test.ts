import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapedSegment, keySegment } from './key-part.ts';

const bytes = fc.uint8Array({ maxLength: 12, max: 3 }).map((array) => Buffer.from(array));

test.each([
  ['', '0001'],
  ['000102', '00ff01020001'],
  ['fffe', 'fffe0001'],
  ['75690078', '756900ff780001'],
])('the segment of %j is %s', (raw, segment) => {
  expect(escapedSegment(Buffer.from(raw, 'hex')).toString('hex')).toBe(segment);
});

test('segments have the order of the bytes they stand for', () => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      expect(escapedSegment(a).compare(escapedSegment(b))).toBe(a.compare(b));
    }),
  );
});

test('segments one behind the other have the order of the first bytes, then of the second', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, bytes, (a, b, c, d) => {
      const joined = (x: Buffer, y: Buffer) => Buffer.concat([escapedSegment(x), escapedSegment(y)]);
      expect(joined(a, b).compare(joined(c, d))).toBe(a.compare(c) || b.compare(d));
    }),
  );
});

test('the kind is not in a segment: S and B of the same bytes have the same', () => {
  const abc = Buffer.from('abc');
  expect(keySegment({ kind: 'S', bytes: abc })).toEqual(keySegment({ kind: 'B', bytes: abc }));
});

test.each([
  { kind: 'BOOL', truth: true } as const,
  { kind: 'L', values: [] } as const,
  { kind: 'SS', elements: [] } as const,
  { kind: 'none' } as const,
  { kind: 'N', bytes: Buffer.from('abc') } as const,
])('$kind can be no key', (value) => {
  expect(keySegment(value as Parameters<typeof keySegment>[0])).toBeUndefined();
});
