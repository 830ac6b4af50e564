/**
 * Segments: how row keys hold bytes of any length. A zero byte is `00 FF`, the end is `00 01`, so segments sort like what
 * they stand for and none is the beginning of another. docs/format/05-s3.md, section 1.1.
 */

const ESCAPED_ZERO = 0xff;
const TERMINATOR = 0x01;
const TERMINATOR_BYTES = 2;

/** Index behind the segment that starts at `start`; -1 when it is malformed or does not end before `end`. */
export function segmentEnd(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end - 1; i++) {
    if (bytes[i] !== 0) continue;
    const next = bytes[++i];
    if (next === TERMINATOR) return i + 1;
    if (next !== ESCAPED_ZERO) return -1;
  }
  return -1;
}

/** What the segment `bytes[start, end)`, terminator included, stands for: a view when nothing in it is escaped. */
export function segmentName(bytes: Buffer, start: number, end: number): Buffer {
  const escaped = bytes.subarray(start, end - TERMINATOR_BYTES);
  if (!escaped.includes(0)) return escaped;
  const name = Buffer.allocUnsafe(escaped.length);
  let length = 0;
  for (let i = 0; i < escaped.length; i++) {
    name[length++] = escaped[i]!;
    if (escaped[i] === 0) i++;
  }
  return name.subarray(0, length);
}

/** The segment of a name. */
export function segment(name: Uint8Array): Buffer {
  let zeros = 0;
  for (const byte of name) if (byte === 0) zeros++;
  const bytes = Buffer.allocUnsafe(name.length + zeros + TERMINATOR_BYTES);
  let at = 0;
  for (const byte of name) {
    bytes[at++] = byte;
    if (byte === 0) bytes[at++] = ESCAPED_ZERO;
  }
  bytes[at] = 0;
  bytes[at + 1] = TERMINATOR;
  return bytes;
}
