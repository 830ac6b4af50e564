import type { JsonReader } from '@ekv/dump-tree';
import type { EncodeContext } from './encode-context.ts';

export const U64_MAX = 2n ** 64n - 1n;

/** An expiry in milliseconds since 1970, or `null`. docs/format/03-redis.md, section 11. */
export function readExpiry(reader: JsonReader): bigint | null {
  return reader.takeNull() ? null : reader.integer('"expire_at_ms"', 0n, U64_MAX);
}

/**
 * Bytes as the tree has them: a string, or an object with base64. The result is valid until the next file is read.
 *
 * @param what name of the field, for messages.
 */
export function readBytes(context: EncodeContext, what: string, path: string): Buffer {
  const { reader } = context;
  const start = reader.mark();
  const kind = reader.peek();
  if (kind === 'string') return reader.stringBytes();
  if (kind !== 'object') reader.failAtMark(start, `${what} must be a string or an object with "base64", not ${kind}`);
  let bytes: Buffer | undefined;
  reader.object((field) => {
    if (field === 'base64') bytes = decodeBase64(reader);
    else skipUnknown(context, field, path);
  });
  return bytes ?? reader.failAtMark(start, `${what} must be a string or an object with "base64"`);
}

/** Passes over a field that means nothing, and remembers its name. */
export function skipUnknown(context: EncodeContext, field: string, path: string): void {
  context.unknownFields.add(field, context.tree.display(path));
  context.reader.skip();
}

/** URL alphabet without padding; left-over bits and line breaks are passed over. */
function decodeBase64(reader: JsonReader): Buffer {
  const text = reader.string('"base64"').replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    reader.fail('"base64" must be in the URL alphabet (A-Z a-z 0-9 - _) without padding');
  }
  return Buffer.from(text, 'base64url');
}
