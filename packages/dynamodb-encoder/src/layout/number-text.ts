/** What of Unicode counts as white space around a number; docs/format/04-dynamodb.md, section 6.5. */
const SPACE = new Set([
  0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
  0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
]);

/** The text without white space at both ends. Not `String.trim`, which takes U+FEFF and leaves U+0085. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.has(text.charCodeAt(start))) start++;
  while (end > start && SPACE.has(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** The parts of a decimal number as written. */
export interface DecimalText {
  readonly isNegative: boolean;
  /** Digits before the point; with `fraction` at least one. */
  readonly integer: string;
  /** Digits after it. */
  readonly fraction: string;
  /** What stands after the first `e` or `E`; `undefined` without one. */
  readonly exponent: string | undefined;
}

/** Takes `[sign] digits [. digits] [e anything]` apart; `undefined` for every other text. Linear, whatever the length. */
export function decimalText(text: string): DecimalText | undefined {
  const first = text.charCodeAt(0);
  const start = first === PLUS || first === MINUS ? 1 : 0;
  const point = endOfDigits(text, start);
  const hasPoint = text.charCodeAt(point) === POINT;
  const end = hasPoint ? endOfDigits(text, point + 1) : point;
  if (end - start - (hasPoint ? 1 : 0) === 0) return undefined;
  const isEnd = end === text.length;
  if (!isEnd && (text.charCodeAt(end) | 0x20) !== LETTER_E) return undefined;
  return {
    isNegative: first === MINUS,
    integer: text.slice(start, point),
    fraction: hasPoint ? text.slice(point + 1, end) : '',
    exponent: isEnd ? undefined : text.slice(end + 1),
  };
}

/** The value of `[sign] digits` when it fits in 64 bits, signed. */
export function signed64(text: string): bigint | undefined {
  const first = text.charCodeAt(0);
  let start = first === PLUS || first === MINUS ? 1 : 0;
  if (start === text.length || endOfDigits(text, start) !== text.length) return undefined;
  while (start < text.length - 1 && text.charCodeAt(start) === ZERO) start++;
  if (text.length - start > LONGEST_64) return undefined;
  const magnitude = BigInt(text.slice(start));
  const value = first === MINUS ? -magnitude : magnitude;
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** How many zeros a text of digits begins with. */
export function leadingZeros(digits: string): number {
  let count = 0;
  while (digits.charCodeAt(count) === ZERO) count++;
  return count;
}

/** Length of a text of digits without the zeros at its end. */
export function lengthWithoutTrailingZeros(digits: string): number {
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
  return end;
}

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_E = 0x65;
/** Digits of 2^63. */
const LONGEST_64 = 19;

function endOfDigits(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code < ZERO || code > ZERO + 9) break;
  }
  return end;
}
