import { numberKey } from './number-key.ts';

/** Zeros that are written out. */
const MOST_ZEROS = 20;

/** The number whose key these bytes are, for messages; `undefined` when they are none. docs/format/04-dynamodb.md, section 2.3. */
export function numberOfKey(key: Buffer): string | undefined {
  const text = textOf(key);
  return text !== undefined && numberKey(text)?.equals(key) ? text : undefined;
}

/** A text that may be the number: whoever wants it makes the key of it and compares. */
function textOf(key: Buffer): string | undefined {
  if (key.length === 1) return key[0] === 0x01 ? '0' : undefined;
  if (key[0] !== 0x00 && key[0] !== 0x02) return undefined;
  const isNegative = key[0] === 0x00;
  const bytes = isNegative ? inverted(key) : key;
  const [scale, end] = scaleAt(bytes, 1);
  const digits = bytes.toString('latin1', end + 1);
  const text = placed(digits, scale);
  return isNegative ? `-${text}` : text;
}

function scaleAt(bytes: Buffer, at: number): [scale: number, end: number] {
  if (bytes[at] === 0x01) return [0, at + 1];
  const isNegative = bytes[at] === 0x00;
  const rest = isNegative ? inverted(bytes) : bytes;
  const length = rest[at + 1] ?? 0;
  if (length > 6 || at + 2 + length >= rest.length || length === 0) return [0, at];
  const magnitude = rest.readUIntBE(at + 2, length);
  return [isNegative ? -magnitude : magnitude, at + 2 + length];
}

/** 0.DIGITS times ten to the `scale`. */
function placed(digits: string, scale: number): string {
  if (scale > digits.length + MOST_ZEROS || scale < -MOST_ZEROS) return `0.${digits}e${scale}`;
  if (scale >= digits.length) return digits.padEnd(scale, '0');
  return scale > 0 ? `${digits.slice(0, scale)}.${digits.slice(scale)}` : `0.${'0'.repeat(-scale)}${digits}`;
}

function inverted(bytes: Buffer): Buffer {
  return bytes.map((byte) => byte ^ 0xff) as Buffer;
}
