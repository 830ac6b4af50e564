/**
 * Base64 as Go's decoders take it: line breaks anywhere are passed over, spare bits in the last character mean nothing, everything
 * else must be in the alphabet.
 *
 * The decoder of the runtime passes over what it does not know, ends at padding and takes both alphabets. So a text is right when it has
 * none of the two characters of the other alphabet and the result is as long as it should be. That is many times faster
 * than a look at each character.
 */

const PLUS = 0x2b;
const SLASH = 0x2f;
const DASH = 0x2d;
const UNDERSCORE = 0x5f;
const PAD = 0x3d;

/** Bytes of a text in the standard alphabet (`+`, `/`), padded with `=` to a multiple of 4; `undefined` for any other text. */
export function decodedBase64(text: Buffer): Buffer | undefined {
  return decodedPadded(text) ?? decodedPadded(withoutLineBreaks(text));
}

/** Bytes of a text in the URL alphabet (`-`, `_`) without padding; `undefined` for any other text. */
export function decodedBase64Url(text: Buffer): Buffer | undefined {
  return decodedUnpadded(text) ?? decodedUnpadded(withoutLineBreaks(text));
}

function decodedPadded(text: Buffer): Buffer | undefined {
  const { length } = text;
  if (length % 4 !== 0 || text.includes(DASH) || text.includes(UNDERSCORE)) return undefined;
  const pads = length === 0 || text[length - 1] !== PAD ? 0 : text[length - 2] === PAD ? 2 : 1;
  const bytes = Buffer.from(text.toString('latin1'), 'base64');
  return bytes.length === (length / 4) * 3 - pads ? bytes : undefined;
}

function decodedUnpadded(text: Buffer): Buffer | undefined {
  const { length } = text;
  if (length % 4 === 1 || text.includes(PLUS) || text.includes(SLASH)) return undefined;
  const bytes = Buffer.from(text.toString('latin1'), 'base64url');
  return bytes.length === Math.floor((length * 3) / 4) ? bytes : undefined;
}

function withoutLineBreaks(text: Buffer): Buffer {
  return Buffer.from(text.toString('latin1').replace(/[\r\n]/g, ''), 'latin1');
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** By character: its six bits. Negative, also after shifts, for what is none of the standard alphabet. */
const SIX_BITS = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) =>
  ALPHABET.indexOf(String.fromCharCode(byte)),
);

/** Up to here a loop is faster than calls into the runtime. */
const SHORT = 512;
/** Room that one text needed, and that the next one finds. */
const KEPT = 1 << 20;

/** Decodes one text after the other into room that is used again. */
export class Base64Room {
  /** What was decoded last, from its first byte on; valid until the next text. */
  bytes: Buffer = Buffer.allocUnsafeSlow(SHORT);
  length = 0;
  /** Whether it is known to be ASCII. */
  isAscii = false;

  /** Decodes `text[start, end)` as {@link decodedBase64} does. @returns whether it is such a text. */
  decode(text: Buffer, start: number, end: number): boolean {
    if (this.decodeShort(text, start, end)) return true;
    const bytes = decodedBase64(text.subarray(start, end));
    if (bytes === undefined) return false;
    this.isAscii = false;
    this.length = bytes.length;
    if (bytes.length > this.bytes.length) this.bytes = bytes;
    else bytes.copy(this.bytes);
    return true;
  }

  /** As {@link decode}, of texts without line breaks. */
  decodeWhole(text: Buffer, start: number, end: number): boolean {
    if (this.decodeShort(text, start, end)) return true;
    const length = end - start;
    if (length <= SHORT || length % 4 !== 0) return false;
    // Line breaks that were passed over are four at least, padding is two characters at most.
    return this.decode(text, start, end) && this.length > (length / 4) * 3 - 3;
  }

  /** As {@link decode}, of short texts without line breaks. @returns false for all others. */
  decodeShort(text: Buffer, start: number, end: number): boolean {
    const length = end - start;
    if (length > SHORT || length % 4 !== 0) return false;
    if (this.bytes.length > KEPT) this.bytes = Buffer.allocUnsafeSlow(SHORT);
    const { bytes } = this;
    const whole = end > start && text[end - 1] === PAD ? end - 4 : end;
    let to = 0;
    let seen = 0;
    for (let from = start; from < whole; from += 4) {
      const word =
        (SIX_BITS[text[from]!]! << 18) |
        (SIX_BITS[text[from + 1]!]! << 12) |
        (SIX_BITS[text[from + 2]!]! << 6) |
        SIX_BITS[text[from + 3]!]!;
      seen |= word;
      bytes[to] = word >> 16;
      bytes[to + 1] = word >> 8;
      bytes[to + 2] = word;
      to += 3;
    }
    if (whole < end) {
      const isOneByte = text[end - 2] === PAD;
      const third = isOneByte ? 0 : SIX_BITS[text[end - 2]!]! << 6;
      const word = (SIX_BITS[text[whole]!]! << 18) | (SIX_BITS[text[whole + 1]!]! << 12) | third;
      bytes[to++] = word >> 16;
      if (!isOneByte) bytes[to++] = word >> 8;
      // Spare bits mean nothing.
      seen |= word & (isOneByte ? ~0xffff : ~0xff);
    }
    this.length = to;
    this.isAscii = (seen & 0x808080) === 0;
    return seen >= 0;
  }
}
