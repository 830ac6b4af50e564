const LONGEST_SHOWN = 80;

/** A text of any length for messages: one line, quoted, cut when it is long. @param longest in UTF-16 units. */
export function shownText(text: Buffer | string, longest = LONGEST_SHOWN): string {
  const whole = text.toString();
  return JSON.stringify(whole.length > longest ? `${whole.slice(0, longest)}...` : whole);
}
