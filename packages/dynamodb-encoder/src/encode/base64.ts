import type { JsonReader } from '@ekv/dump-tree';

const PADDING = 0x3d;
const IN_ALPHABET = new Uint8Array(256);
for (const character of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) {
  IN_ALPHABET[character] = 1;
}

/** The bytes of a JSON string in standard base64 with padding; line breaks and left-over bits are passed over. */
export function readBase64(reader: JsonReader, what: string): Buffer {
  const text = withoutLineBreaks(reader.stringBytes(what));
  if (!isBase64(text)) {
    reader.fail(
      `${what} must be base64 in the standard alphabet (A-Z a-z 0-9 + /), padded with "=" to a multiple of 4`,
    );
  }
  return Buffer.from(text.toString('latin1'), 'base64');
}

function isBase64(text: Buffer): boolean {
  const { length } = text;
  if (length % 4 !== 0) return false;
  let end = length;
  while (end > 0 && end > length - 2 && text[end - 1] === PADDING) end--;
  for (let i = 0; i < end; i++) {
    if (IN_ALPHABET[text[i]!] === 0) return false;
  }
  return true;
}

function withoutLineBreaks(text: Buffer): Buffer {
  if (!text.includes(0x0a) && !text.includes(0x0d)) return text;
  return text.filter((byte) => byte !== 0x0a && byte !== 0x0d) as Buffer;
}
