import { decimalText, leadingZeros, lengthWithoutTrailingZeros, signed64, trimmed } from './number-text.ts';

/** Most powers of five and of two that are worked out. */
const MOST_FIVES = 1_000_000n;
const MOST_TWOS = 10_000_000n;
/** Exponents up to here cost nothing. */
const FEW_ZEROS = 4096n;
/** Longest text that is looked at for one of the rarer forms. No key is longer. */
const LONGEST_ODD_FORM = 1 << 20;

/**
 * One text for all numbers that are equal: an integer as plain digits, everything else as a fraction in lowest terms.
 * The exact value, whatever its size; a text that is no number stays as it is, but for white space at its ends.
 * docs/format/04-dynamodb.md, section 6.5.
 */
export function canonicalNumber(text: string): string {
  const { start, zeros } = canonicalParts(text);
  return start + '0'.repeat(zeros);
}

/** A canonical text that ends in zeros, up to a million of them, which are counted. */
export interface CanonicalParts {
  readonly start: string;
  /** How many digits 0 follow. */
  readonly zeros: number;
}

/**
 * What {@link canonicalNumber} gives, without writing zeros out. No work depends on the size of a power of ten; one of two or of
 * five alone has no zeros, all of its digits are worked out.
 */
export function canonicalParts(text: string): CanonicalParts {
  const number = trimmed(text);
  return canonicalDecimal(number) ?? canonicalOddForm(number) ?? withoutZeros(number);
}

function withoutZeros(start: string): CanonicalParts {
  return { start, zeros: 0 };
}

/**
 * The same short text for all numbers that are equal and no decimal number, which {@link canonicalNumber} may write out in
 * millions of digits; `undefined` for a text that is none of the odd forms. No work depends on the size of an exponent.
 */
export function oddNumberIdentity(text: string): string | undefined {
  const odd = oddNumber(trimmed(text));
  if (odd === undefined) return undefined;
  if (odd.numerator === 0n) return '0';
  const [numerator, denominator] = [withoutTens(odd.numerator), withoutTens(odd.denominator)];
  const twos = odd.twos + numerator.twos - denominator.twos;
  const fives = odd.fives + numerator.fives - denominator.fives;
  const value = `${numerator.rest.toString(16)}/${denominator.rest.toString(16)}`;
  return `${odd.isNegative ? '-' : ''}${value}*2^${twos}*5^${fives}`;
}

/** Whether {@link canonicalNumber} writes out thousands of zeros, or of digits in their place, for a decimal number. */
export function isLongWhenWrittenOut(text: string): boolean {
  const number = decimalText(trimmed(text));
  if (number?.exponent === undefined) return false;
  const exponent = signed64(number.exponent);
  if (exponent === undefined || !isBeyond(exponent, FEW_ZEROS)) return false;
  const all = number.integer + number.fraction;
  return lengthWithoutTrailingZeros(all) > 0 && !isBeyond(exponent - BigInt(number.fraction.length), MOST_FIVES);
}

/** Digits, point and power of ten. Works on the digits: an exponent costs nothing. */
function canonicalDecimal(text: string): CanonicalParts | undefined {
  const number = decimalText(text);
  if (number === undefined) return undefined;
  const exponent = number.exponent === undefined ? 0n : signed64(number.exponent);
  if (exponent === undefined) return undefined;
  const all = number.integer + number.fraction;
  const end = lengthWithoutTrailingZeros(all);
  const digits = all.slice(leadingZeros(all), end);
  if (digits === '') return withoutZeros('0');
  const tens = exponent - BigInt(number.fraction.length);
  if (isBeyond(tens, MOST_FIVES)) return undefined;
  const scale = Number(tens) + all.length - end;
  const sign = number.isNegative ? '-' : '';
  return scale >= 0 ? { start: sign + digits, zeros: scale } : overPowerOfTen(sign, digits, -scale);
}

/** `digits` over ten to the `scale`, in lowest terms. The last digit is not 0, so twos and fives do not meet in it. */
function overPowerOfTen(sign: string, digits: string, scale: number): CanonicalParts {
  const last = digits.charCodeAt(digits.length - 1) - 0x30;
  if (last % 2 === 0) {
    const [rest, twos] = withoutTwos(BigInt(digits), scale);
    return { start: `${sign}${rest}/${5n ** BigInt(twos)}`, zeros: scale - twos };
  }
  if (last === 5) {
    const [rest, fives] = withoutFives(BigInt(digits), scale);
    return { start: `${sign}${rest}/${1n << BigInt(fives)}`, zeros: scale - fives };
  }
  return { start: `${sign}${digits}/1`, zeros: scale };
}

const DECIMAL = '[0-9](?:_?[0-9])*';
const INTEGER = `0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|0(?:_?[0-7])+|0|[1-9](?:_?[0-9])*`;
const FRACTION = new RegExp(`^([+-]?)(${INTEGER})/(${INTEGER})$`);
const FLOAT = new RegExp(
  `^([+-]?)(?:${[
    mantissa('(?<bin>0[bB])', '[01]'),
    mantissa('(?<oct>0[oO])', '[0-7]'),
    mantissa('(?<hex>0[xX])', '[0-9a-fA-F]'),
    `(?<dec>(?:${DECIMAL})(?:\\.(?:${DECIMAL})?)?|\\.${DECIMAL})`,
  ].join('|')})(?:[eE](?<tens>[+-]?${DECIMAL})|[pP](?<twos>[+-]?${DECIMAL}))?$`,
);

/** A mantissa after the prefix of its base; its group is named as that of the prefix, then `Digits`. */
function mantissa(prefix: string, digit: string): string {
  const name = /<(\w+)>/.exec(prefix)![1];
  const digits = `${digit}(?:_?${digit})*`;
  return `${prefix}(?<${name}Digits>_?${digits}(?:\\.(?:${digits})?)?|\\.${digits})`;
}

/** `numerator / denominator` in lowest terms, times five to the `fives` times two to the `twos`. */
interface OddNumber {
  readonly isNegative: boolean;
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly fives: number;
  readonly twos: number;
}

/** Fractions, other bases, powers of two, and digits with underscores: keys of old tables only. */
function canonicalOddForm(text: string): CanonicalParts | undefined {
  const odd = oddNumber(text);
  if (odd === undefined) return undefined;
  const { isNegative, numerator, denominator, fives, twos } = odd;
  if (denominator !== 1n || numerator === 0n) return withoutZeros(inLowestTerms(isNegative, numerator, denominator));
  return scaled(isNegative, numerator, fives, twos);
}

function oddNumber(text: string): OddNumber | undefined {
  if (text.length > LONGEST_ODD_FORM) return undefined;
  const fraction = FRACTION.exec(text);
  return fraction === null ? oddFloat(text) : oddFraction(fraction[1]!, fraction[2]!, fraction[3]!);
}

function oddFraction(sign: string, above: string, below: string): OddNumber | undefined {
  const [numerator, denominator] = [integerValue(above), integerValue(below)];
  if (denominator === 0n) return undefined;
  const shared = greatestCommonDivisor(numerator, denominator);
  const lowest = { numerator: numerator / shared, denominator: denominator / shared };
  return { isNegative: sign === '-', ...lowest, fives: 0, twos: 0 };
}

function integerValue(text: string): bigint {
  const plain = text.replaceAll('_', '');
  // An octal number without a letter in its prefix.
  return BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain.toLowerCase());
}

function oddFloat(text: string): OddNumber | undefined {
  const match = FLOAT.exec(text);
  if (match === null) return undefined;
  const groups = match.groups!;
  // In a hexadecimal mantissa an "e" is a digit.
  if (groups.hex !== undefined && groups.tens !== undefined) return undefined;
  const tens = signed64((groups.tens ?? '0').replaceAll('_', ''));
  const twos = signed64((groups.twos ?? '0').replaceAll('_', ''));
  if (tens === undefined || twos === undefined) return undefined;
  const { prefix, bits, digits } = mantissaOf(groups);
  const [integer, fraction = ''] = digits.replaceAll('_', '').split('.');
  const value = BigInt(`${prefix}${integer}${fraction}`);
  const isNegative = match[1] === '-';
  if (value === 0n) return { isNegative, numerator: value, denominator: 1n, fives: 0, twos: 0 };
  const places = BigInt(fraction.length);
  const fives = prefix === '' ? tens - places : tens;
  const powerOfTwo = tens + twos - places * bits;
  if (isBeyond(fives, MOST_FIVES) || isBeyond(powerOfTwo, MOST_TWOS)) return undefined;
  return { isNegative, numerator: value, denominator: 1n, fives: Number(fives), twos: Number(powerOfTwo) };
}

function mantissaOf(groups: Record<string, string | undefined>): { prefix: string; bits: bigint; digits: string } {
  if (groups.bin !== undefined) return { prefix: '0b', bits: 1n, digits: groups.binDigits! };
  if (groups.oct !== undefined) return { prefix: '0o', bits: 3n, digits: groups.octDigits! };
  if (groups.hex !== undefined) return { prefix: '0x', bits: 4n, digits: groups.hexDigits! };
  return { prefix: '', bits: 1n, digits: groups.dec! };
}

/** `value` times five to the `fives` times two to the `twos`. */
function scaled(isNegative: boolean, value: bigint, fives: number, twos: number): CanonicalParts {
  const [withTwos, sharedFives] = fives < 0 ? withoutFives(value, -fives) : [value, 0];
  const [rest, sharedTwos] = twos < 0 ? withoutTwos(withTwos, -twos) : [withTwos, 0];
  const [five, two] = [fives + sharedFives, twos + sharedTwos];
  const above = powers(Math.max(five, 0), Math.max(two, 0));
  const below = powers(Math.max(-five, 0), Math.max(-two, 0));
  // Tens are above or below the line, never both.
  const sign = isNegative ? '-' : '';
  const isInteger = five >= 0 && two >= 0;
  const start = `${sign}${rest * above.value}${isInteger ? '' : `/${below.value}`}`;
  return { start, zeros: above.tens + below.tens };
}

/** Five to the `fives` times two to the `twos`, as `value` times ten to the `tens`. */
function powers(fives: number, twos: number): { readonly value: bigint; readonly tens: number } {
  const tens = Math.min(fives, twos);
  return { value: (5n ** BigInt(fives - tens)) << BigInt(twos - tens), tens };
}

function inLowestTerms(isNegative: boolean, numerator: bigint, denominator: bigint): string {
  const sign = isNegative && numerator !== 0n ? '-' : '';
  return denominator === 1n ? `${sign}${numerator}` : `${sign}${numerator}/${denominator}`;
}

function isBeyond(value: bigint, limit: bigint): boolean {
  return value > limit || value < -limit;
}

/** A positive number without its factors of two and five, and how many these were. */
function withoutTens(value: bigint): { rest: bigint; twos: number; fives: number } {
  const [odd, twos] = withoutTwos(value, Number.POSITIVE_INFINITY);
  const [rest, fives] = withoutFives(odd, Number.POSITIVE_INFINITY);
  return { rest, twos, fives };
}

/** A positive number without its factors of two, at most `most` of them, and how many these were. */
function withoutTwos(value: bigint, most: number): [rest: bigint, count: number] {
  // One 1, then zeros.
  const lowest = (value & -value).toString(16);
  const count = Math.min(most, (lowest.length - 1) * 4 + Math.log2(Number(lowest[0])));
  return [value >> BigInt(count), count];
}

/** As {@link withoutTwos}, in as many divisions as the count has bits. */
function withoutFives(value: bigint, most: number): [rest: bigint, count: number] {
  const powers: bigint[] = [];
  for (let power = 5n; value % power === 0n; power *= power) powers.push(power);
  let rest = value;
  let count = 0;
  for (let i = powers.length - 1; i >= 0; i--) {
    const step = 2 ** i;
    if (count + step > most || rest % powers[i]! !== 0n) continue;
    rest /= powers[i]!;
    count += step;
  }
  return [rest, count];
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
