import type { JsonReader } from '@ekv/dump-tree';

const DASH = 0x2d;
const UNDERSCORE = 0x5f;
const PAD = 0x3d;

/**
 * The bytes of a field in the standard alphabet with padding, or of an array of numbers; docs/format/06-sqs.md, section 3.1.
 * Line breaks inside the text are tolerated, spare bits ignored.
 */
export function readPaddedBase64(reader: JsonReader, what: string): Buffer {
  if (reader.peek() === 'array') return readByteArray(reader, what);
  const text = reader.stringBytes(what);
  const bytes = decoded(text) ?? decoded(withoutLineBreaks(text));
  return bytes ?? reader.fail(`${what} must be base64 in the standard alphabet (A-Z a-z 0-9 + /) with padding`);
}

/** The bytes of a text in the URL alphabet without padding; section 1.4. */
export function readUnpaddedBase64(reader: JsonReader, what: string): Buffer {
  const text = reader.string(what).replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) {
    reader.fail(`${what} must be base64 in the URL alphabet (A-Z a-z 0-9 - _) without padding`);
  }
  return Buffer.from(text, 'base64url');
}

function readByteArray(reader: JsonReader, what: string): Buffer {
  const bytes: number[] = [];
  reader.array(() => bytes.push(Number(reader.integer(`a byte of ${what}`, 0n, 255n))), what);
  return Buffer.from(bytes);
}

/**
 * The decoder of the runtime passes over what it does not know, ends at padding, and takes the other alphabet too: so a
 * text is right when it has neither of its two characters and the result is as long as it should be.
 */
function decoded(text: Buffer): Buffer | undefined {
  const length = text.length;
  if (length % 4 !== 0 || text.includes(DASH) || text.includes(UNDERSCORE)) return undefined;
  const pads = length === 0 || text[length - 1] !== PAD ? 0 : text[length - 2] === PAD ? 2 : 1;
  const bytes = Buffer.from(text.toString('latin1'), 'base64');
  return bytes.length === (length / 4) * 3 - pads ? bytes : undefined;
}

function withoutLineBreaks(text: Buffer): Buffer {
  return Buffer.from(text.toString('latin1').replace(/[\r\n]/g, ''), 'latin1');
}
