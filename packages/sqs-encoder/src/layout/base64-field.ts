import { decodedBase64, decodedBase64Url } from '@ekv/adapter';
import type { JsonReader } from '@ekv/dump-tree';

/** The bytes of a field in the standard alphabet with padding, or of an array of numbers; docs/format/06-sqs.md, section 3.1. */
export function readPaddedBase64(reader: JsonReader, what: string): Buffer {
  if (reader.peek() === 'array') return readByteArray(reader, what);
  const bytes = decodedBase64(reader.stringBytes(what));
  return bytes ?? reader.fail(`${what} must be base64 in the standard alphabet (A-Z a-z 0-9 + /) with padding`);
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
