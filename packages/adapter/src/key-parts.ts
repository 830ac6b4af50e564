/**
 * Parts of row keys that hold bytes of any length: a zero byte is `00 FF`, the end is `00 01`, so parts sort like what they
 * stand for and none is the beginning of another. docs/format/04-dynamodb.md, section 2.2; docs/format/05-s3.md, section 1.1.
 */

const ESCAPED_ZERO = 0xff;
const TERMINATOR = 0x01;
const TERMINATOR_BYTES = 2;

/** The part that stands for these bytes, terminator included. */
export function escapedPart(bytes: Uint8Array): Buffer {
  const { length } = bytes;
  let zeros = 0;
  for (let i = 0; i < length; i++) if (bytes[i] === 0) zeros++;
  const part = Buffer.allocUnsafe(length + zeros + TERMINATOR_BYTES);
  let at = 0;
  for (let i = 0; i < length; i++) {
    const byte = bytes[i]!;
    part[at++] = byte;
    if (byte === 0) part[at++] = ESCAPED_ZERO;
  }
  part[at] = 0;
  part[at + 1] = TERMINATOR;
  return part;
}

/** Index after the part that starts at `start`; -1 when it is malformed or does not end before `end`. */
export function partEnd(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end - 1; i++) {
    if (bytes[i] !== 0) continue;
    const next = bytes[++i];
    if (next === TERMINATOR) return i + 1;
    if (next !== ESCAPED_ZERO) return -1;
  }
  return -1;
}

/** What the part `bytes[start, end)`, terminator included, stands for: a view when nothing in it is escaped, else a copy. */
export function partBytes(bytes: Buffer, start: number, end: number): Buffer {
  const escaped = bytes.subarray(start, end - TERMINATOR_BYTES);
  if (!escaped.includes(0)) return escaped;
  const unescaped = Buffer.allocUnsafe(escaped.length);
  let length = 0;
  for (let i = 0; i < escaped.length; i++) {
    unescaped[length++] = escaped[i]!;
    if (escaped[i] === 0) i++;
  }
  return unescaped.subarray(0, length);
}
