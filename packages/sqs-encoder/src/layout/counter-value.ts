import { U64_MAX } from '@ekv/adapter';

/** The values of generation and sequence rows: decimal digits. docs/format/06-sqs.md, sections 4.3 and 5.2. */

/** White space around a number, as a server trims it. */
const SPACE_AROUND =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/** `undefined` when the value is no number of 64 bits. */
export function readCounterValue(bytes: Buffer, start: number, end: number): bigint | undefined {
  const text = bytes.toString('utf8', start, end).replace(SPACE_AROUND, '');
  if (!/^[0-9]+$/.test(text)) return undefined;
  const digits = text.replace(/^0+(?=.)/, '');
  const value = digits.length > 20 ? U64_MAX + 1n : BigInt(digits);
  return value > U64_MAX ? undefined : value;
}

export function writeCounterValue(counter: bigint): Buffer {
  return Buffer.from(String(counter));
}
