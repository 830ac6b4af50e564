/** What an HTTP header makes of a text: a sum of these; 0 is a text that arrives as it was sent. */
export const NOT_ASCII = 1;
/** A control character, or a blank at an end. */
export const NO_HEADER = 2;

const TAB = 0x09;
const BLANK = 0x20;
const QUOTE = 0x22;
const DELETE = 0x7f;

/** Bytes that a header's name may have. */
const IN_NAME = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x80 && /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);

/** @param text UTF-8. */
export function headerForm(text: Uint8Array): number {
  if (text.length === 0) return 0;
  let form = isBlank(text[0]!) || isBlank(text[text.length - 1]!) ? NO_HEADER : 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (byte > DELETE) form |= NOT_ASCII;
    else if (byte === DELETE || (byte < BLANK && byte !== TAB)) form |= NO_HEADER;
  }
  return form;
}

/** As {@link headerForm}, of an etag, which a server puts between quotes. */
export function etagForm(etag: Uint8Array): number {
  return etag.includes(QUOTE) || etag.includes(BLANK) || etag.includes(TAB)
    ? headerForm(etag) | NO_HEADER
    : headerForm(etag);
}

/** Whether a text can be, or end, the name of a header. @param name byte string or text. */
export function isHeaderName(name: string): boolean {
  for (let i = 0; i < name.length; i++) if (IN_NAME[name.charCodeAt(i)] !== 1) return false;
  return name.length > 0;
}

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB;
}
