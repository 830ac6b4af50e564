import { isUtf8 } from 'node:buffer';

/** 1 for bytes that are a character that SQS does not transport: control characters other than tab and line ends. */
const IS_FORBIDDEN = new Uint8Array(256).fill(1, 0, 0x20);
IS_FORBIDDEN[0x09] = IS_FORBIDDEN[0x0a] = IS_FORBIDDEN[0x0d] = 0;

const NONCHARACTER_HEAD = 0xef;

/**
 * What of a text SQS does not transport: bytes that are not UTF-8, and characters other than U+0009, U+000A, U+000D, U+0020 to
 * U+D7FF, U+E000 to U+FFFD and those from U+10000 on. `undefined` when there is nothing of the kind.
 */
export function forbiddenCharacter(text: Buffer): string | undefined {
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (IS_FORBIDDEN[byte] === 1) return codePoint(byte);
    if (byte === NONCHARACTER_HEAD && text[i + 1] === 0xbf && text[i + 2]! >= 0xbe) {
      return codePoint(0xffc0 | (text[i + 2]! & 0x3f));
    }
  }
  return isUtf8(text) ? undefined : 'bytes that are not UTF-8';
}

function codePoint(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
