/**
 * Bytes that mean something in JSON text. Each file takes its own from here (`const { QUOTE } = BYTE`): the runtime looks a constant of
 * another module up at each use, and such a look costs as much as the comparison with it.
 */
export const BYTE = {
  LINE_FEED: 0x0a,
  QUOTE: 0x22,
  COMMA: 0x2c,
  MINUS: 0x2d,
  POINT: 0x2e,
  ZERO: 0x30,
  COLON: 0x3a,
  OPEN_BRACKET: 0x5b,
  BACKSLASH: 0x5c,
  CLOSE_BRACKET: 0x5d,
  OPEN_BRACE: 0x7b,
  CLOSE_BRACE: 0x7d,
} as const;

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Value of a hex digit of either case, -1 for everything else, also for NaN after the end of a text. */
export function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
