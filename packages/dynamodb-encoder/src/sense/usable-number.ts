import { decimalText, leadingZeros, lengthWithoutTrailingZeros, signed64 } from '../layout/number-text.ts';
import { shownText } from '../layout/shown-text.ts';

const MOST_DIGITS = 38;
/** Powers of ten of the first digit. */
const LOWEST_POWER = -130n;
const HIGHEST_POWER = 125n;

const MINUS = 0x2d;

/**
 * Why clients of DynamoDB cannot read a number, as one part of a sentence; `undefined` when they can.
 * docs/format/04-dynamodb.md, section 9.5.
 */
export function unusableNumber(text: Buffer): string | undefined {
  return isShortInteger(text) ? undefined : brokenRule(text.toString());
}

/** As most numbers are. */
function isShortInteger(text: Buffer): boolean {
  const start = text[0] === MINUS ? 1 : 0;
  if (text.length === start || text.length > MOST_DIGITS) return false;
  for (let i = start; i < text.length; i++) if (text[i]! < 0x30 || text[i]! > 0x39) return false;
  return true;
}

function brokenRule(text: string): string | undefined {
  const number = decimalText(text);
  const exponent = number?.exponent === undefined ? 0n : signed64(number.exponent);
  if (number === undefined || (exponent === undefined && !/^[+-]?[0-9]+$/.test(number.exponent!)))
    return `${shown(text)} is no decimal number`;
  const all = number.integer + number.fraction;
  const zeros = leadingZeros(all);
  const digits = lengthWithoutTrailingZeros(all) - zeros;
  if (digits <= 0) return undefined;
  if (digits > MOST_DIGITS) return `${shown(text)} has ${digits} digits, ${MOST_DIGITS} are read`;
  const power = exponent === undefined ? undefined : BigInt(number.integer.length - zeros - 1) + exponent;
  if (power === undefined || power < LOWEST_POWER || power > HIGHEST_POWER)
    return `${shown(text)} is too ${power === undefined ? 'large or small' : power < 0n ? 'small' : 'large'}`;
  return undefined;
}

const LONGEST_SHOWN = 60;

function shown(text: string): string {
  return shownText(text, LONGEST_SHOWN);
}
