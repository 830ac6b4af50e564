import { decodedBase64Url, type JsonFieldContext, skipUnknown } from '@ekv/adapter';
import { isValidUtf8, type JsonBytes } from '@ekv/dump-tree';

/** Keys, names and values in JSON: a string where the bytes are valid UTF-8, else an object with their base64. Section 11. */

/** @param indent of the line on which the value begins. */
export function writeBytes(json: JsonBytes, bytes: Buffer, start: number, end: number, indent: string): void {
  if (isValidUtf8(bytes, start, end)) return json.string(bytes, start, end, 'html');
  json.text(`{\n${indent}  "base64": `);
  json.base64(bytes, start, end);
  json.text(`\n${indent}}`);
}

/**
 * Bytes in either form, whatever they are; valid until the next file is read.
 *
 * @param what name of the field, for messages. @param path byte string of the file.
 */
export function readBytes(context: JsonFieldContext, what: string, path: string): Buffer {
  const { reader } = context;
  const start = reader.mark();
  const kind = reader.peek();
  if (kind === 'string') return reader.stringBytes();
  if (kind !== 'object') reader.failAtMark(start, `${what} must be a string or an object with "base64", not ${kind}`);
  let bytes: Buffer | undefined;
  reader.object((field) => {
    if (field !== 'base64') return skipUnknown(context, field, path);
    bytes =
      decodedBase64Url(reader.stringBytes('"base64"')) ??
      reader.fail('"base64" must be in the URL alphabet (A-Z a-z 0-9 - _) without padding');
  });
  return bytes ?? reader.failAtMark(start, `${what} must be a string or an object with "base64"`);
}
