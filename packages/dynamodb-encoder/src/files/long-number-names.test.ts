import { hash } from 'node:crypto';
import { encodeFileName } from '@ekv/dump-tree';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leastCpuTime } from '../layout/cpu-time.test-data.ts';
import { keyName } from './key-names.ts';

const nameOf = (text: string) => keyName({ kind: 'N', bytes: Buffer.from(text) });

/** The exact value by the schoolbook, written out. */
function writtenOut(value: bigint, tens: number, twos: number): string {
  const above = value * 10n ** BigInt(Math.max(tens, 0)) * 2n ** BigInt(Math.max(twos, 0));
  const below = 10n ** BigInt(Math.max(-tens, 0)) * 2n ** BigInt(Math.max(-twos, 0));
  let [a, b] = [above < 0n ? -above : above, below];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === below ? `${above / a}` : `${above / a}/${below / a}`;
}

const slowName = (...number: Parameters<typeof writtenOut>) => encodeFileName(Buffer.from(writtenOut(...number)));

/** Values with twos and fives in them, which shorten a fraction. */
const values = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(200), fc.nat(200))
  .map(([part, twos, fives]) => part * 2n ** BigInt(twos) * 5n ** BigInt(fives));
const exponents = fc.oneof(fc.integer({ min: -400, max: 400 }), fc.integer({ min: -3000, max: 3000 }));

test('the name of a number is that of its digits written out, whatever its form', () => {
  fc.assert(
    fc.property(values, exponents, (value, exponent) => {
      const [sign, magnitude] = value < 0n ? ['-', -value] : ['', value];
      const ofTens = slowName(value, exponent, 0);
      expect(nameOf(`${value}e${exponent}`)).toBe(ofTens);
      expect(nameOf(`${sign}0_${magnitude}e${exponent}`)).toBe(ofTens);
      expect(nameOf(`${sign}0b${magnitude.toString(2)}e${exponent}`)).toBe(ofTens);
      expect(nameOf(`${sign}0x${magnitude.toString(16)}p${exponent}`)).toBe(slowName(value, 0, exponent));
      expect(nameOf(`${sign}0o${magnitude.toString(8)}.4e${exponent}`)).toBe(
        slowName(value < 0n ? 2n * value - 1n : 2n * value + (sign === '' ? 1n : 0n), exponent, -1),
      );
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['1e1000000', '533c567ab64a808e9f2c0b79ba50418d__1'.padEnd(98, '0')],
  ['0b1e1000000', '533c567ab64a808e9f2c0b79ba50418d__1'.padEnd(98, '0')],
  ['1_0e1000000', '14cf31391f89319922e48eea654a4b73__1'.padEnd(98, '0')],
  ['7e-999999', '8b6ffea0523695befb0aeb84ead1693a__7%2F1'.padEnd(100, '0')],
  ['2e-1000000', '94f3890d16394ef7f374f049ede4e210__1%2F5'.padEnd(100, '0')],
  ['1_1e-999999', '2ac30eb0cd8ca69bc9ccb86d8e978d8c__11%2F1'.padEnd(100, '0')],
])('the name of %s is the one it has had in trees', (text, name) => {
  expect(nameOf(text)).toBe(name);
});

test('a million zeros of a name cost about what their digest costs', () => {
  const zeros = Buffer.alloc(1_000_000, '0');
  const digest = leastCpuTime(() => hash('sha256', zeros, 'hex'));
  for (const form of ['7e', '7e-', '0b1e', '0b11e-', '1_1e']) {
    let exponent = 990_000;
    // Another number each time, for names are remembered.
    expect(leastCpuTime(() => nameOf(`${form}${exponent++}`), 10) / digest, form).toBeLessThan(4);
  }
});
