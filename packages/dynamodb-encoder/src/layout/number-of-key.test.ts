import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberKey } from './number-key.ts';
import { numberOfKey } from './number-of-key.ts';

test.each([
  ['0', '0'],
  ['5', '5'],
  ['-5', '-5'],
  ['1200', '1200'],
  ['12.50', '12.5'],
  ['-0.004', '-0.004'],
  ['1e30', '0.1e31'],
  ['1e-125', '0.1e-124'],
])('the key of %s says %s', (given, shown) => {
  expect(numberOfKey(numberKey(given)!)).toBe(shown);
});

test('what the key of any number says is the number', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.integer({ min: -130, max: 130 }), (digits, exponent) => {
      const key = numberKey(`${digits}e${exponent}`)!;
      expect(numberKey(numberOfKey(key)!)).toEqual(key);
    }),
  );
});

test('bytes that are the key of no number are none', () => {
  for (const text of ['', 'alice', '\x00', '\x02', '\x02alice', '\x02\x02\x01\x01\x00', '\x00\xff\x01'])
    expect(numberOfKey(Buffer.from(text, 'latin1'))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = numberOfKey(Buffer.from(bytes));
      if (text !== undefined) expect(numberKey(text)).toEqual(Buffer.from(bytes));
    }),
  );
});
