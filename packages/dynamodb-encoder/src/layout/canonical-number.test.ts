import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalNumber } from './canonical-number.ts';
import { leastCpuTime } from './cpu-time.test-data.ts';

describe('equal numbers have one text, other texts stay', () => {
  test.each([
    ['-0.0', '0'],
    ['1.50E+2', '150'],
    ['-7.25', '-29/4'],
    [' 8 ', '8'],
    ['00042', '42'],
    ['017', '17'],
    ['0x1F', '31'],
    ['0b101', '5'],
    ['0o17', '15'],
    ['1p3', '8'],
    ['0x1p-2', '1/4'],
    ['010/2', '4'],
    ['1/3', '1/3'],
    ['-2/4', '-1/2'],
    ['0/5', '0'],
    ['1_000', '1000'],
    ['0.5', '1/2'],
    ['.125', '1/8'],
    ['0.3', '3/10'],
    ['0.0025', '1/400'],
    ['12.6', '63/5'],
    ['5.', '5'],
    ['0e5', '0'],
    ['1e3', '1000'],
    ['0b1.1', '3/2'],
    ['0x_1.8p1', '3'],
    ['0o.4', '1/2'],
    ['0b1e3', '1000'],
    ['1e1_0', '10000000000'],
    ['08', '8'],
    ['2.5p1', '5'],
  ])('%j is %s', (text, canonical) => {
    expect(canonicalNumber(text)).toBe(canonical);
  });

  test.each([
    '1e1000001',
    '0.7e-1000000',
    '1e 3',
    'abc',
    'NaN',
    'Inf',
    '1__0',
    '_1',
    '1_',
    '1_.5',
    '1._5',
    '1/0',
    '1/-2',
    '08/1',
    '0x1e+5',
    '0x',
    '0b2',
    '1e',
    '1p10000001',
    '0e9223372036854775808',
    '\ufeff1',
    '',
  ])('%j is no number', (text) => {
    expect(canonicalNumber(text)).toBe(text);
  });

  test('a text that is no number loses the white space at its ends', () => {
    expect(canonicalNumber('\u2003abc\u0085')).toBe('abc');
  });
});

/** A fraction in lowest terms, by the schoolbook. */
function lowestTerms(numerator: bigint, denominator: bigint): string {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  return denominator === a ? `${numerator / a}` : `${numerator / a}/${denominator / a}`;
}

test('the value is exact', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 60n), max: 10n ** 60n }),
      fc.integer({ min: -80, max: 80 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 12 }),
      (part, exponent, twos, fives) => {
        const value = part * 2n ** BigInt(twos) * 5n ** BigInt(fives);
        const wanted =
          exponent >= 0 ? `${value * 10n ** BigInt(exponent)}` : lowestTerms(value, 10n ** BigInt(-exponent));
        expect(canonicalNumber(`${value}e${exponent}`)).toBe(wanted);
      },
    ),
  );
});

test('a fraction and a power of two are exact', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 1, max: 90 }), (value, power) => {
      expect(canonicalNumber(`${value}/${2n ** BigInt(power)}`)).toBe(lowestTerms(value, 2n ** BigInt(power)));
      expect(canonicalNumber(`${value}p-${power}`)).toBe(lowestTerms(value, 2n ** BigInt(power)));
    }),
  );
});

test('where the digits stand and how many zeros surround them makes no difference', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9][0-9]{0,400}$/, { size: 'max' }),
      fc.nat(400),
      fc.integer({ min: -999_000, max: 999_000 }),
      fc.nat(3),
      (digits, at, exponent, zeros) => {
        const point = Math.min(at, digits.length);
        const moved = `${'0'.repeat(zeros)}${digits.slice(0, point)}.${digits.slice(point)}${'0'.repeat(zeros)}`;
        const plain = canonicalNumber(`${digits}e${exponent}`);
        expect(canonicalNumber(`+${moved}E${exponent + digits.length - point}`) === plain).toBe(true);
      },
    ),
    { numRuns: 50 },
  );
});

/** Four times the size of what grows with its square costs sixteen times as much. */
const FOUR_TIMES = 12;

test.each<[string, number, (size: number) => string]>([
  ['digits before a power of ten', 4000, (size) => `${'7'.repeat(size - 1)}2e-990000`],
  ['digits', 1_000_000, (size) => '3'.repeat(size)],
  ['fives', 100_000, (size) => `${'5'.repeat(size)}e-900000`],
  ['underscores', 400_000, (size) => `1${'_0'.repeat(size)}`],
  ['high powers of two', 2_000_000, (size) => `3p${size}`],
])('the cost of %s does not grow with the square of their size', (_, size, textOf) => {
  const [text, quarter] = [textOf(size), textOf(size / 4)];
  const least = leastCpuTime(() => canonicalNumber(quarter));
  expect(leastCpuTime(() => canonicalNumber(text), 3)).toBeLessThan(Math.max(least, 0.2) * FOUR_TIMES);
});
