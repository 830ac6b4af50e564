import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segment, segmentEnd, segmentName } from './segment.ts';

const name = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.constantFrom(0, 1, 0xff, 0x61), { maxLength: 12 }).map((list) => Uint8Array.from(list)),
);

describe('a segment', () => {
  test('escapes zero bytes and ends in 00 01, as in the example of section 1.2', () => {
    expect(segment(Buffer.from('a\0b')).toString('hex')).toBe('6100ff620001');
    expect(segment(Buffer.alloc(0)).toString('hex')).toBe('0001');
  });

  test('gives back its name, whatever stands around it', () => {
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (bytes, before, after) => {
        const key = Buffer.concat([before, segment(bytes), after]);
        const end = segmentEnd(key, before.length, key.length);
        expect(end).toBe(key.length - after.length);
        expect(segmentName(key, before.length, end)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('sorts as its name does', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(Buffer.compare(segment(a), segment(b)))).toBe(Math.sign(Buffer.compare(a, b)));
      }),
    );
  });

  test.each(['', '00', '61', '6100', '6102', '610000', '61000261', '00fe0001', '00ff'])(
    'that is %s is malformed',
    (hex) => {
      const bytes = Buffer.from(hex, 'hex');
      expect(segmentEnd(bytes, 0, bytes.length)).toBe(-1);
    },
  );

  test('does not reach beyond the end it is given', () => {
    expect(segmentEnd(Buffer.from('610001', 'hex'), 0, 2)).toBe(-1);
  });
});
