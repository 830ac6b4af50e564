/** Code points that a text is shown with, of its beginning and of its end. */
const HEAD = 200;
const TAIL = 50;

/** What cannot be seen, or changes how its neighbours are seen: controls, marks of direction, joiners, blanks that are no space. As in addresses. */
const UNSEEN = /(?! )[\p{C}\p{Z}]/gu;

/** The end of a text that was cut before, as `inspect` does. */
const SAYS_LENGTH = /\.\.\. \(\d+ bytes\)$/;

const utf8 = new TextEncoder();

/**
 * A text for the eyes: what cannot be seen stands as `%HH`, a byte of its UTF-8 each, as in addresses. Of a long one the beginning, the end and the
 * length are there.
 */
export function shownText(text: string): string {
  if (!isCut(text)) return escaped(text);
  const head = [...text.slice(0, 2 * HEAD)].slice(0, HEAD).join('');
  const tail = [...text.slice(-2 * TAIL)].slice(-TAIL).join('');
  const length = SAYS_LENGTH.test(tail) ? '' : ` (${text.length.toLocaleString('en')} characters)`;
  return `${escaped(head)} … ${escaped(tail)}${length}`;
}

/** Whether a text is too long to be shown whole. */
export function isCut(text: string): boolean {
  return text.length > 2 * (HEAD + TAIL);
}

function escaped(text: string): string {
  return text.replace(UNSEEN, (unseen) => [...utf8.encode(unseen)].map(percent).join(''));
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
