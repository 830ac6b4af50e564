import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canBeNamed, keyName } from '../files/key-names.ts';
import { canonicalNumber, isLongWhenWrittenOut, oddNumberIdentity } from './canonical-number.ts';
import { leastCpuTime } from './cpu-time.test-data.ts';
import { itemIdentity } from './item-key.ts';
import { keyPart } from './key-part.ts';
import type { StoredValue } from './stored-value.ts';

const number = (text: string): StoredValue => ({ kind: 'N', bytes: Buffer.from(text) });

const digits = fc.stringMatching(/^[1-9][0-9]{0,6}$/);
const small = fc.integer({ min: -40, max: 40 });

/** Ways to write numbers that are no decimals, small ones, so that equal ones meet. */
const oddText = fc.oneof(
  fc.tuple(digits, small).map(([text, power]) => `${text}p${power}`),
  fc.tuple(fc.nat(64), small).map(([value, power]) => `0x${value.toString(16)}p${power}`),
  fc.tuple(fc.nat(64), small).map(([value, power]) => `-0b${value.toString(2)}p${power}`),
  fc.tuple(fc.nat(64), fc.nat(64)).map(([above, below]) => `${above}/${below}`),
  fc.tuple(fc.nat(64), fc.nat(64)).map(([above, below]) => `${above}.${below}p1`),
  fc.tuple(fc.nat(9), fc.integer({ min: -9, max: 9 })).map(([value, power]) => `0o${value}_1e${power}`),
  fc.constantFrom('abc', '1__0', '1/0', 'n0', 't0', '', '0x', '1p10000001', '1p10000002'),
);

test('two odd numbers have one identity when their canonical texts are one', () => {
  fc.assert(
    fc.property(oddText, oddText, (a, b) => {
      const isSame = canonicalNumber(a) === canonicalNumber(b);
      if (keyPart(number(a)) !== undefined || keyPart(number(b)) !== undefined) return;
      const [one, other] = [
        itemIdentity({ hash: number(a), range: undefined }),
        itemIdentity({ hash: number(b), range: undefined }),
      ];
      expect(one.equals(other), `${a} and ${b}`).toBe(isSame);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['0x10', '32/2'],
  ['0x1p4', '0b1p4'],
  ['10/4', '5p-1'],
  ['0/7', '-0x0'],
  ['1_0e-1', '0b1'],
])('%s and %s are one number', (a, b) => {
  expect(oddNumberIdentity(a)).toBe(oddNumberIdentity(b));
  expect(canonicalNumber(a)).toBe(canonicalNumber(b));
});

/** What does not depend on an exponent costs much the same; millions of digits cost thousands of times as much. */
const MUCH_THE_SAME = 10;

test.each(['1p10000000', '3p-9999999', '0x7p9999998', '1_0e999999', '1_1e-999999'])(
  'the identity of %s is short and costs what that of a small number costs',
  (text) => {
    const costOf = (number: StoredValue) =>
      leastCpuTime(() => {
        for (let i = 0; i < 200; i++) itemIdentity({ hash: number, range: undefined });
      });
    const small = costOf(number(text.replace(/[0-9]+$/, '9')));
    expect(costOf(number(text))).toBeLessThan(small * MUCH_THE_SAME);
    expect(itemIdentity({ hash: number(text), range: undefined }).length).toBeLessThan(60);
  },
);

test('whether a name can be that of a decimal number is known without its zeros', () => {
  const costFrom = (exponent: number) =>
    leastCpuTime(() => {
      for (let i = 0; i < 500; i++) {
        const value = number(`7e-${exponent + i}`);
        if (!canBeNamed(value, '677a8c278a365046a9ad0ac6ba9e7241__7%2F1000') || canBeNamed(value, '7'))
          expect.unreachable();
      }
    });
  expect(costFrom(900_000)).toBeLessThan(costFrom(5000) * MUCH_THE_SAME);
});

test('a name that decode gives can always be that of its number', () => {
  const decimal = fc.tuple(digits, fc.integer({ min: -9000, max: 9000 })).map(([text, power]) => `${text}e${power}`);
  fc.assert(
    fc.property(fc.oneof(decimal, oddText), (text) => {
      const value = number(text);
      expect(canBeNamed(value, keyName(value))).toBe(true);
      expect(canBeNamed(value, `x${keyName(value)}`)).toBe(false);
    }),
  );
});

test.each([
  ['1e4097', true],
  ['-1.5e-5000', true],
  ['1e1000000', true],
  ['1e1000001', false],
  ['0e5000', false],
  ['1e4096', false],
  ['1e99999999999999999999', false],
  ['12', false],
  ['abc', false],
])('%s is long when it is written out: %s', (text, isLong) => {
  expect(isLongWhenWrittenOut(text)).toBe(isLong);
  if (!isLong) expect(canonicalNumber(text).length).toBeLessThan(4200);
  else expect(canonicalNumber(text).length).toBeGreaterThan(4000);
});

test('the name of a number is worked out once, however many items have it', () => {
  const once = leastCpuTime(() => keyName(number('3p1000000')), 1);
  const again = leastCpuTime(() => {
    for (let i = 0; i < 1000; i++) keyName(number('3p1000000'));
  });
  expect(again).toBeLessThan(once);
});
