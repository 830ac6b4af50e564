import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreText } from './score-text.ts';

/** Any double but NaN, from its 64 bits. */
const anyScore = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((bits) => new Float64Array(new BigUint64Array([bits]).buffer)[0]!)
  .filter((score) => !Number.isNaN(score));

test.each([
  [0, '0'],
  [-0, '-0'],
  [Number.POSITIVE_INFINITY, '"+inf"'],
  [Number.NEGATIVE_INFINITY, '"-inf"'],
  [1e20, '100000000000000000000'],
  [999999999999999900000, '999999999999999900000'],
  [1e21, '1e+21'],
  [-1e21, '-1e+21'],
  [0.000001, '0.000001'],
  [9.99e-7, '9.99e-7'],
  [1e-7, '1e-7'],
  [5e-324, '5e-324'],
  [1.7976931348623157e308, '1.7976931348623157e+308'],
  [2 ** 63, '9223372036854776000'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1.5e300, '1.5e+300'],
  [-2.5, '-2.5'],
])('the score %s is written %s', (score, text) => {
  expect(scoreText(score)).toBe(text);
});

test('a finite score reads back to the same double, negative zero too', () => {
  fc.assert(
    fc.property(anyScore, (score) => {
      fc.pre(Number.isFinite(score));
      expect(Object.is(JSON.parse(scoreText(score)), score)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('notation is plain from 1e-6 to below 1e21, and one digit with an exponent elsewhere', () => {
  fc.assert(
    fc.property(anyScore, (score) => {
      const size = Math.abs(score);
      fc.pre(Number.isFinite(score) && size !== 0);
      const plain = /^-?[0-9]+(\.[0-9]+)?$/;
      const exponent = /^-?[1-9](\.[0-9]*[1-9])?e[+-][1-9][0-9]*$/;
      expect(scoreText(score)).toMatch(size >= 1e-6 && size < 1e21 ? plain : exponent);
    }),
    { numRuns: 1000 },
  );
});

test('no shorter digits read back to the same double', () => {
  const digits = (text: string) => text.replace(/e.*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  fc.assert(
    fc.property(anyScore, (score) => {
      fc.pre(Number.isFinite(score) && score !== 0);
      const count = digits(scoreText(score)).length;
      if (count > 1) expect(Number(score.toExponential(count - 2))).not.toBe(score);
    }),
    { numRuns: 1000 },
  );
});
