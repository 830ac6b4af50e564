import { numberKey } from '../layout/number-key.ts';

/** Up to here each element is compared with all others. */
const FEW = 12;

const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** Whether a set holds an element twice; numbers are the same when their values are. */
export function hasRepeatedElement(kind: 'SS' | 'NS' | 'BS', elements: readonly Buffer[]): boolean {
  if (elements.length < 2) return false;
  if (kind === 'NS' && !elements.every(isPlain)) return isRepeatedByValue(elements);
  if (elements.length > FEW)
    return new Set(elements.map((element) => element.toString('latin1'))).size < elements.length;
  for (let i = 1; i < elements.length; i++) {
    for (let k = 0; k < i; k++) if (isSame(elements[i]!, elements[k]!)) return true;
  }
  return false;
}

/** Elements differ soon: a loop is faster than a call into the runtime. */
function isSame(a: Buffer, b: Buffer): boolean {
  if (a.length !== b.length) return false;
  for (let i = a.length - 1; i >= 0; i--) if (a[i] !== b[i]) return false;
  return true;
}

function isRepeatedByValue(elements: readonly Buffer[]): boolean {
  const seen = new Set<string>();
  for (const element of elements) seen.add((numberKey(element.toString()) ?? element).toString('latin1'));
  return seen.size < elements.length;
}

/** Whether a number is written in the one way without exponent, sign in front and needless zeros. */
function isPlain(text: Buffer): boolean {
  const start = text[0] === MINUS ? 1 : 0;
  const { length } = text;
  if (length === start || (text[start] === ZERO && (start === 1 || length > 1) && text[start + 1] !== POINT))
    return false;
  let hasPoint = false;
  for (let i = start; i < length; i++) {
    const byte = text[i]!;
    if (byte === POINT && !hasPoint && i > start) hasPoint = true;
    else if (byte < ZERO || byte > NINE) return false;
  }
  return !hasPoint || (text[length - 1]! > ZERO && text[length - 1]! <= NINE);
}
