import { isValidUtf8 } from '@ekv/dump-tree';

/** JSON.rawJSON is in Node 22 and later, not yet in the type library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Letters that JSON lets stand in a string and a terminal acts on, or does not show. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
const LINE_FEEDS = /\n/g;

/** Whether a letter of a text acts on a terminal, or does not show. */
export function hasHidden(text: string): boolean {
  return text.search(HIDDEN) !== -1;
}

/** Bytes in JSON: a text, or `{"base64"}` where they are none. */
export function jsonBytes(bytes: Uint8Array): string | { readonly base64: string } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isValidUtf8(buffer, 0, buffer.length) ? buffer.toString() : { base64: buffer.toString('base64') };
}

/** A number in JSON that is written so, where a number of the language has another text. */
export function jsonNumber(text: string): unknown {
  return rawJSON(text);
}

/** JSON on one line, in which nothing moves a cursor, hides, or runs the other way. A bigint is a number with all its digits. */
export function jsonLine(value: unknown): string {
  return visible(JSON.stringify(value, exact));
}

/** The same over several lines. @param depth levels that it stands in. */
export function jsonLines(value: unknown, depth = 0): string {
  const text = JSON.stringify(value, exact, 2).split('\n').map(visible).join('\n');
  return depth === 0 ? text : text.replace(LINE_FEEDS, `\n${'  '.repeat(depth)}`);
}

function exact(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value;
}

function visible(json: string): string {
  return json.replace(HIDDEN, (letter) =>
    Array.from({ length: letter.length }, (_, i) => `\\u${letter.charCodeAt(i).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}
