import { validSequence } from '@ekv/dump-tree';
import type { Value } from '../facts/value.ts';

/** Letters that are shown of a value; a longer one is cut, and its size said. */
const MOST_LETTERS = 72;
/** Of which this many bytes are more than enough. */
const MOST_BYTES = MOST_LETTERS * 4;
/** Digits of a digest that tell two values apart for people. */
const DIGITS = 16;

/** What a terminal would act on or not show: anything but letters, marks, numbers, signs and the plain space. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;
/** As in JSON, and a byte that is no text. */
const SPECIAL = /["\\]/g;

/** A value on one line of printable text. */
export function shownValue(value: Value): string {
  if (value.kind === 'bytes') return quoted(value.bytes);
  if (value.kind === 'json') return cut(shownText(value.json), Buffer.byteLength(value.json));
  return `${value.size} bytes, SHA-256 ${value.sha256.slice(0, DIGITS)}...`;
}

/** Bytes in quotes; what is no text is shown as `\xNN`. */
export function quoted(bytes: Buffer): string {
  const shown = escapedBytes(bytes.subarray(0, MOST_BYTES));
  const text = [...shown];
  if (bytes.length <= MOST_BYTES && text.length <= MOST_LETTERS) return `"${shown}"`;
  return `"${text.slice(0, MOST_LETTERS).join('')}"... (${bytes.length} bytes)`;
}

/** Text of which nothing moves the cursor, hides, or runs the other way. */
function shownText(text: string): string {
  return text.replace(HIDDEN, (letter) => `\\u{${letter.codePointAt(0)!.toString(16)}}`);
}

function cut(text: string, bytes: number): string {
  const letters = [...text];
  return letters.length <= MOST_LETTERS ? text : `${letters.slice(0, MOST_LETTERS).join('')}... (${bytes} bytes)`;
}

function escapedBytes(bytes: Buffer): string {
  let shown = '';
  let from = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = validSequence(bytes, at, bytes.length);
    if (length > 0) {
      at += length;
      continue;
    }
    shown += `${escaped(bytes.toString('utf8', from, at))}\\x${bytes[at]!.toString(16).padStart(2, '0')}`;
    from = ++at;
  }
  return shown + escaped(bytes.toString('utf8', from));
}

function escaped(text: string): string {
  return shownText(text.replace(SPECIAL, '\\$&'));
}
