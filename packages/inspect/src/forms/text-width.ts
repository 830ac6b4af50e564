import { eastAsianWidth } from 'get-east-asian-width';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const IS_ASCII = /^[ -~]*$/;
const DRAWS_NOTHING = /^[\p{M}\p{Cf}]+$/u;
const IS_EMOJI = /\p{Emoji_Presentation}|\uFE0F/u;
const CUT = '…';

/** Columns that a text takes on a terminal. */
export function widthOf(text: string): number {
  if (IS_ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += widthOfOne(segment);
  return width;
}

function widthOfOne(grapheme: string): number {
  if (DRAWS_NOTHING.test(grapheme)) return 0;
  return IS_EMOJI.test(grapheme) ? 2 : eastAsianWidth(grapheme.codePointAt(0)!);
}

/** The text in no more columns than that: what is too long is cut in the middle, where the parts of a name matter least. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (columns <= 1) return columns === 1 ? CUT : '';
  const parts = IS_ASCII.test(text) ? [...text] : Array.from(graphemes.segment(text), ({ segment }) => segment);
  const atEnd = Math.floor((columns - 1) / 3);
  const end = taken(parts.toReversed(), atEnd).toReversed().join('');
  return `${taken(parts, columns - 1 - widthOf(end)).join('')}${CUT}${end}`;
}

/** The first ones that fit. */
function taken(parts: readonly string[], columns: number): string[] {
  const fitting: string[] = [];
  let left = columns;
  for (const part of parts) {
    left -= widthOfOne(part);
    if (left < 0) break;
    fitting.push(part);
  }
  return fitting;
}

/** Filled with blanks to so many columns. */
export function padded(text: string, columns: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(text)));
  return side === 'left' ? text + blanks : blanks + text;
}
