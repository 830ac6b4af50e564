import { numberKey } from './number-key.ts';
import type { StoredValue } from './stored-value.ts';

/**
 * The segment of a key attribute in the key of an item or an index row: its bytes, `00` as `00 ff`, and `00 01` behind.
 * Segments are in the order of the bytes, and none is the beginning of another. docs/format/04-dynamodb.md, section 2.2.
 *
 * @returns `undefined` when the value can be no key: another kind than S, N or B, or an N that is no decimal number.
 */
export function keySegment(value: StoredValue): Buffer | undefined {
  if (value.kind === 'S' || value.kind === 'B') return escapedSegment(value.bytes);
  if (value.kind !== 'N') return undefined;
  const bytes = numberKey(value.bytes.toString());
  return bytes && escapedSegment(bytes);
}

export function escapedSegment(bytes: Buffer): Buffer {
  let zeros = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros++;
  const segment = Buffer.allocUnsafe(bytes.length + zeros + 2);
  let end = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    segment[end++] = byte;
    if (byte === 0) segment[end++] = 0xff;
  }
  segment[end] = 0x00;
  segment[end + 1] = 0x01;
  return segment;
}
