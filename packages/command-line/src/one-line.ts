/** Not for the eye, or able to end a line, to turn its order, or to command a terminal. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** One line for people, whatever paths and names it quotes: what cannot be seen is shown as `\xNN` or `\u{N}`. */
export function oneLine(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}
