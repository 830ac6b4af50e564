import { isUtf8 } from 'node:buffer';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** First byte of U+F000 to U+FFFF. */
const LAST_PLANE_HEAD = 0xef;

/**
 * What of a text SQS does not transport: bytes that are not UTF-8, and characters other than U+0009, U+000A, U+000D, U+0020 to
 * U+D7FF, U+E000 to U+FFFD and those from U+10000 on. `undefined` when there is nothing of the kind.
 */
export function forbiddenCharacter(text: Buffer): string | undefined {
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    bits |= byte;
    // All bodies pass here, byte by byte: nearly always it ends with these two comparisons.
    if (byte >= 0x20 && byte !== LAST_PLANE_HEAD) continue;
    if (byte < 0x20) {
      if (byte !== TAB && byte !== LINE_FEED && byte !== CARRIAGE_RETURN) return codePoint(byte);
    } else if (text[i + 1] === 0xbf && text[i + 2]! >= 0xbe) return codePoint(0xffc0 | (text[i + 2]! & 0x3f));
  }
  return bits < 0x80 || isUtf8(text) ? undefined : 'bytes that are not UTF-8';
}

function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
