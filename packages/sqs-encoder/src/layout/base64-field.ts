import { type Base64Room, decodedBase64Url } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';
import type { Text } from './text.ts';

/**
 * Reads a field in the standard alphabet with padding, or an array of numbers; docs/format/06-sqs.md, section 3.1.
 *
 * @param into gets the bytes, as a part of `room` or of a buffer of its own.
 */
export function readPaddedBase64(reader: JsonReader, what: string, into: Text, room: Base64Room): void {
  if (reader.peek() === 'array') return into.set(readByteArray(reader, what));
  if (reader.peekQuoted(into) && room.decodeShort(into.bytes, into.start, into.end)) reader.takeQuoted(into);
  else {
    reader.stringRange(into, what);
    if (!room.decode(into.bytes, into.start, into.end))
      reader.fail(`${what} must be base64 in the standard alphabet (A-Z a-z 0-9 + /) with padding`);
  }
  into.bytes = room.bytes;
  into.start = 0;
  into.end = room.length;
}

/** The bytes of a text in the URL alphabet without padding; section 1.4. */
export function readUnpaddedBase64(reader: JsonReader, what: string): Buffer {
  const bytes = decodedBase64Url(reader.stringBytes(what));
  return bytes ?? reader.fail(`${what} must be base64 in the URL alphabet (A-Z a-z 0-9 - _) without padding`);
}

function readByteArray(reader: JsonReader, what: string): Buffer {
  const bytes: number[] = [];
  reader.array(() => bytes.push(Number(reader.integer(`a byte of ${what}`, 0n, 255n))), what);
  return Buffer.from(bytes);
}
