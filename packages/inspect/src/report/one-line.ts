/** What a terminal acts on, or draws nothing for, and other ends of lines. */
const HIDDEN = /\p{C}|\p{Zl}|\p{Zp}|(?! )\p{Zs}/gu;
/** What half a character stands for. */
const REPLACED = '\ufffd';

/** A text of a message or a path as one line of printable text: all else is `%HH`. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(HIDDEN, (character) =>
      character === REPLACED ? character : Array.from(Buffer.from(character), percent).join(''),
    );
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
