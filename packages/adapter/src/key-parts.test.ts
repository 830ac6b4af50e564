import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapedPart, partBytes, partEnd } from './key-parts.ts';

const name = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.array(fc.constantFrom(0, 1, 0xff, 0x61), { maxLength: 12 }).map((list) => Uint8Array.from(list)),
);

describe('a part of a key', () => {
  test('escapes zero bytes and ends in 00 01', () => {
    expect(escapedPart(Buffer.from('a\0b')).toString('hex')).toBe('6100ff620001');
    expect(escapedPart(Buffer.alloc(0)).toString('hex')).toBe('0001');
  });

  test('gives back its bytes, whatever stands around it', () => {
    fc.assert(
      fc.property(name, fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 9 }), (bytes, before, after) => {
        const key = Buffer.concat([before, escapedPart(bytes), after]);
        const end = partEnd(key, before.length, key.length);
        expect(end).toBe(key.length - after.length);
        expect(partBytes(key, before.length, end)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('sorts as its bytes do', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(Math.sign(Buffer.compare(escapedPart(a), escapedPart(b)))).toBe(Math.sign(Buffer.compare(a, b)));
      }),
    );
  });

  test.each(['', '00', '61', '6100', '6102', '610000', '61000261', '00fe0001', '00ff'])(
    'that is %s is malformed',
    (hex) => {
      const bytes = Buffer.from(hex, 'hex');
      expect(partEnd(bytes, 0, bytes.length)).toBe(-1);
    },
  );

  test('does not reach beyond the end it is given', () => {
    expect(partEnd(Buffer.from('610001', 'hex'), 0, 2)).toBe(-1);
  });
});
