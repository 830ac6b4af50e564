import { decimalText, leadingZeros, lengthWithoutTrailingZeros, signed64, trimmed } from './number-text.ts';

const ZERO_NUMBER = Buffer.from([0x01]);

/**
 * The bytes of a number in a key: ascending for positive numbers of any size, nothing is rounded. A negative number has
 * the inverted bytes of its magnitude, which puts -1 before -1.5, as servers do. The exponent wraps at 64 bits.
 * docs/format/04-dynamodb.md, section 2.3.
 *
 * @returns `undefined` when the text is no decimal number.
 */
export function numberKey(text: string): Buffer | undefined {
  const number = decimalText(trimmed(text));
  if (number === undefined) return undefined;
  const exponent = number.exponent === undefined ? 0n : signed64(trimmed(number.exponent));
  if (exponent === undefined) return undefined;
  const all = number.integer + number.fraction;
  const zeros = leadingZeros(all);
  const digits = all.slice(zeros, lengthWithoutTrailingZeros(all));
  if (digits === '') return ZERO_NUMBER;
  const scale = BigInt.asIntN(64, BigInt(number.integer.length - zeros) + exponent);
  return number.isNegative ? inverted(scale, digits) : magnitudeKey(0x02, scale, digits);
}

/** The bytes of 0.DIGITS times ten to the `scale`, after a first byte that gives the sign. */
function magnitudeKey(sign: number, scale: bigint, digits: string): Buffer {
  const order = scaleBytes(scale);
  const bytes = Buffer.allocUnsafe(1 + order.length + 1 + digits.length);
  bytes[0] = sign;
  bytes.set(order, 1);
  bytes[1 + order.length] = 0;
  bytes.write(digits, 2 + order.length, 'latin1');
  return bytes;
}

function inverted(scale: bigint, digits: string): Buffer {
  const bytes = magnitudeKey(0x00, scale, digits);
  invert(bytes, 1);
  return bytes;
}

/** A signed 64-bit integer in bytes whose order is its own. */
function scaleBytes(scale: bigint): Buffer {
  if (scale === 0n) return Buffer.from([0x01]);
  const magnitude: number[] = [];
  for (let rest = scale < 0n ? -scale : scale; rest > 0n; rest >>= 8n) magnitude.unshift(Number(rest & 0xffn));
  const bytes = Buffer.from([scale < 0n ? 0x00 : 0x02, magnitude.length, ...magnitude]);
  if (scale < 0n) invert(bytes, 1);
  return bytes;
}

function invert(bytes: Buffer, start: number): void {
  for (let i = start; i < bytes.length; i++) bytes[i]! ^= 0xff;
}
