import { escapedPart } from '@ekv/adapter';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastCpuTime } from './cpu-time.test-data.ts';
import { numberKey } from './number-key.ts';

const hex = (bytes: Buffer | undefined) => bytes?.toString('hex').replace(/..(?=.)/g, '$& ');

describe('the segment of a number is the one a server writes', () => {
  test.each([
    ['0', '01 00 01'],
    ['-0', '01 00 01'],
    ['0e5', '01 00 01'],
    ['1', '02 02 01 01 00 ff 31 00 01'],
    [' 1 ', '02 02 01 01 00 ff 31 00 01'],
    ['1.0', '02 02 01 01 00 ff 31 00 01'],
    ['10', '02 02 01 02 00 ff 31 00 01'],
    ['.5', '02 01 00 ff 35 00 01'],
    ['0.01', '02 00 ff fe fe 00 ff 31 00 01'],
    ['-0.01', '00 ff ff 01 01 ff ce 00 01'],
    ['0.001', '02 00 ff fe fd 00 ff 31 00 01'],
    ['1700000000', '02 02 01 0a 00 ff 31 37 00 01'],
    ['123456789.000001', '02 02 01 09 00 ff 31 32 33 34 35 36 37 38 39 30 30 30 30 30 31 00 01'],
    ['1e20', '02 02 01 15 00 ff 31 00 01'],
    ['1e400', '02 02 02 01 91 00 ff 31 00 01'],
    ['1e1000001', '02 02 03 0f 42 42 00 ff 31 00 01'],
    ['1e-400', '02 00 ff fd fe 70 00 ff 31 00 01'],
    ['1e9223372036854775807', '02 00 ff f7 7f ff ff ff ff ff ff ff 00 ff 31 00 01'],
    ['-1', '00 ff fd fe fe ff ce 00 01'],
    ['-10', '00 ff fd fe fd ff ce 00 01'],
    ['-7.25', '00 ff fd fe fe ff c8 cd ca 00 01'],
    ['-0.001', '00 ff ff 01 02 ff ce 00 01'],
  ])('%s', (text, segment) => {
    expect(hex(escapedPart(numberKey(text)!))).toBe(segment);
  });
});

test.each(['1e 3', '5.', '+1', '1E+3', '1e00000000000000000000000005', '\u00851\u3000'])('%j is a number', (text) => {
  expect(numberKey(text)).toBeDefined();
});

test.each([
  '',
  ' ',
  '.',
  '-',
  '+',
  '--1',
  '1 e3',
  '1e',
  '1e+',
  '1e1.5',
  '1e9223372036854775808',
  '0e9223372036854775808',
  '1_000',
  '1,5',
  '0x10',
  '1.2.3',
  '\ufeff1',
  '١',
  'NaN',
])('%j is no number', (text) => {
  expect(numberKey(text)).toBeUndefined();
});

interface Decimal {
  readonly isNegative: boolean;
  readonly digits: string;
  /** The value is 0.DIGITS times ten to this. */
  readonly scale: number;
}

/** Up to 1000 digits without zeros at their ends, exponents up to a million. */
const decimals: fc.Arbitrary<Decimal> = fc.record({
  isNegative: fc.boolean(),
  digits: fc.stringMatching(/^[1-9]([0-9]{0,998}[1-9])?$/, { size: 'max' }),
  scale: fc.integer({ min: -1_000_000, max: 1_000_000 }),
});

/** One of the texts that mean the number. */
function spelled({ isNegative, digits, scale }: Decimal, point: number): string {
  const at = Math.min(point, digits.length);
  return `${isNegative ? '-' : ''}${digits.slice(0, at)}.${digits.slice(at)}0e${scale - at}`;
}

/** Reads a key back. */
function decimalOf(key: Buffer): Decimal {
  const isNegative = key[0] === 0;
  const bytes = isNegative ? Buffer.from(key.map((byte, i) => (i === 0 ? byte : byte ^ 0xff))) : key;
  const sign = bytes[1]! - 1;
  const flip = sign < 0 ? 0xff : 0;
  const length = sign === 0 ? 0 : bytes[2]! ^ flip;
  let scale = 0;
  for (let i = 0; i < length; i++) scale = scale * 256 + (bytes[3 + i]! ^ flip);
  const digitsAt = sign === 0 ? 3 : 4 + length;
  return { isNegative, digits: bytes.toString('latin1', digitsAt), scale: sign * scale || 0 };
}

test('a key reads back to the number, whatever its spelling', () => {
  fc.assert(
    fc.property(decimals, fc.nat(1000), (decimal, point) => {
      expect(decimalOf(numberKey(spelled(decimal, point))!)).toEqual({ ...decimal, scale: decimal.scale || 0 });
    }),
  );
});

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.scale !== b.scale) return a.scale - b.scale;
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

test('the order of keys is the order of numbers, but that of negative ones with common leading digits', () => {
  fc.assert(
    fc.property(decimals, decimals, fc.integer({ min: -2, max: 2 }), (a, other, distance) => {
      // Half of the pairs are close to each other.
      const b = distance === 0 ? other : { ...other, scale: a.scale + Math.abs(distance) - 1 };
      fc.pre(!(a.isNegative && b.isNegative && (a.digits.startsWith(b.digits) || b.digits.startsWith(a.digits))));
      const sign = (x: Decimal) => (x.isNegative ? -1 : 1);
      const wanted = a.isNegative === b.isNegative ? compareMagnitudes(a, b) * sign(a) : sign(a) - sign(b);
      expect(Math.sign(numberKey(spelled(a, 1))!.compare(numberKey(spelled(b, 1))!))).toBe(Math.sign(wanted) || 0);
    }),
  );
});

test('zero lies between negative and positive numbers', () => {
  fc.assert(
    fc.property(decimals, (decimal) => {
      const order = numberKey('0')!.compare(numberKey(spelled(decimal, 1))!);
      expect(order).toBe(decimal.isNegative ? 1 : -1);
    }),
  );
});

test('-1 comes before -1.5, as for a server', () => {
  expect(numberKey('-1')!.compare(numberKey('-1.5')!)).toBe(-1);
});

test.each<[string, (size: number) => string]>([
  ['digits', (size) => '7'.repeat(size)],
  ['zeros', (size) => `0.${'0'.repeat(size)}1`],
])('four times as many %s cost about four times as much, not sixteen', (_, textOf) => {
  const [text, quarter] = [textOf(2_000_000), textOf(500_000)];
  const least = leastCpuTime(() => numberKey(quarter));
  expect(leastCpuTime(() => expect(numberKey(text)).toBeDefined())).toBeLessThan(least * 10);
});
