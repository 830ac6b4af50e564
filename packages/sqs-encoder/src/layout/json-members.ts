import type { JsonBytes } from '@ekv/dump-tree';
import type { Text } from './text.ts';

/** Text that is written again and again. */
export function ascii(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** @param name with everything between the value before and this one: `,"sequence_number":`. */
export function writeInteger(json: JsonBytes, name: string | Uint8Array, value: bigint | number): void {
  json.text(name);
  json.integer(value);
}

/** A member that is left out when the text is empty. */
export function writeOptionalText(
  json: JsonBytes,
  name: string | Uint8Array,
  text: Text,
  escapes: 'html' | 'plain',
): void {
  if (text.length === 0) return;
  json.text(name);
  json.string(text.bytes, text.start, text.end, escapes);
}

/** UTF-8 as a string, with the escapes of `html`. */
export function writeString(json: JsonBytes, utf8: Buffer): void {
  json.string(utf8, 0, utf8.length, 'html');
}

/** As {@link writeString}; a member that is left out when it is empty. */
export function writeOptionalString(json: JsonBytes, name: string, utf8: Buffer): void {
  if (utf8.length === 0) return;
  json.text(name);
  writeString(json, utf8);
}
