/** Parts of keys that hold any bytes: 00 is written as 00 ff, and 00 01 ends the part. docs/format/05-s3.md, section 1. */

const ESCAPED_ZERO = 0xff;
const END = 0x01;

/** Where the part that begins at `start` ends, its 00 01 included; -1 when it does not end before `end`, or is malformed. */
export function segmentEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i + 1 < end; i++) {
    if (bytes[i] !== 0) continue;
    const next = bytes[++i];
    if (next === END) return i + 1;
    if (next !== ESCAPED_ZERO) return -1;
  }
  return -1;
}

/** The bytes that the part `bytes[start, end)` stands for; `end` is what {@link segmentEnd} gave. */
export function unescapedSegment(bytes: Uint8Array, start: number, end: number): Buffer {
  const plain = Buffer.allocUnsafe(end - 2 - start);
  let length = 0;
  for (let i = start; i < end - 2; i++) {
    const byte = bytes[i]!;
    plain[length++] = byte;
    if (byte === 0) i++;
  }
  return plain.subarray(0, length);
}
