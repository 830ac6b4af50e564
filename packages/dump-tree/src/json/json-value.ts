import { BYTE } from './characters.ts';
import type { JsonStrings } from './json-strings.ts';
import type { JsonText } from './json-text.ts';

const { CLOSE_BRACE, CLOSE_BRACKET } = BYTE;

const DEEPEST = 10_000;

/** Passes over any value; nesting beyond 10000 levels is refused. */
export function skipValue(text: JsonText, strings: JsonStrings): void {
  const closing: number[] = [];
  do {
    skipOne(text, strings, closing);
    // After a value: close what ends here, and stop when nothing is open.
    while (closing.length > 0 && !goesOn(text, strings, closing[closing.length - 1]!)) closing.pop();
  } while (closing.length > 0);
}

/** Whether another value comes in the container; the name of a field is passed. */
function goesOn(text: JsonText, strings: JsonStrings, close: number): boolean {
  if (!text.continues(close, text.at, 'value')) return false;
  if (close === CLOSE_BRACE) strings.fieldName();
  return true;
}

/** A scalar, an empty container, or the opening of a container up to its first value. */
function skipOne(text: JsonText, strings: JsonStrings, closing: number[]): void {
  for (;;) {
    const kind = text.peek();
    if (kind === 'string') return void strings.bytes('this value');
    if (kind === 'number') {
      text.valueAt = text.at;
      text.at = text.numberEnd(text.at);
      return;
    }
    if (kind === 'end') text.failAt(text.at, 'a value is missing');
    if (kind !== 'object' && kind !== 'array') {
      text.at += kind.length;
      return;
    }
    if (closing.length === DEEPEST) text.failAt(text.at, `nested deeper than ${DEEPEST} levels`);
    text.at++;
    const close = kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET;
    if (text.closes(close)) return;
    closing.push(close);
    if (kind === 'object') strings.fieldName();
  }
}

interface OpenContainer {
  readonly container: unknown[] | Record<string, unknown>;
  /** Offset of the opening bracket. */
  readonly at: number;
  /** In an object: the name of the field whose value comes next. */
  field: string;
}

/** Any value as a plain tree, as `JsonReader.value` gives it. */
export function readValue(text: JsonText, strings: JsonStrings): unknown {
  text.space();
  const start = text.at;
  const open: OpenContainer[] = [];
  for (;;) {
    let value = startOfValue(text, strings, open);
    // Undefined: a container was opened that has a first value.
    while (value !== undefined) {
      const parent = open[open.length - 1];
      if (parent === undefined) {
        text.valueAt = start;
        return value;
      }
      if (Array.isArray(parent.container)) parent.container.push(value);
      else parent.container[parent.field] = value;
      const isArray = Array.isArray(parent.container);
      if (text.continues(isArray ? CLOSE_BRACKET : CLOSE_BRACE, parent.at, isArray ? 'array' : 'object')) {
        startField(text, strings, parent);
        break;
      }
      open.pop();
      value = parent.container;
    }
  }
}

/** A scalar or an empty container; undefined after opening a container, which is then the last of `open`. */
function startOfValue(text: JsonText, strings: JsonStrings, open: OpenContainer[]): unknown {
  const kind = text.peek();
  if (kind === 'string') return strings.bytes('this value').toString('utf8');
  if (kind === 'number') return numberValue(text);
  if (kind === 'true' || kind === 'false' || kind === 'null') {
    text.at += kind.length;
    return kind === 'null' ? null : kind === 'true';
  }
  if (kind === 'end') text.unexpected(kind, '', 'a value');
  if (open.length === DEEPEST) text.failAt(text.at, `nested deeper than ${DEEPEST} levels`);
  const container = kind === 'object' ? Object.create(null) : [];
  const opened = { container, at: text.at++, field: '' };
  if (text.closes(kind === 'object' ? CLOSE_BRACE : CLOSE_BRACKET)) return container;
  open.push(opened);
  startField(text, strings, opened);
  return undefined;
}

/** In an object: takes the name of the next field. */
function startField(text: JsonText, strings: JsonStrings, opened: OpenContainer): void {
  if (Array.isArray(opened.container)) return;
  const nameAt = text.at;
  opened.field = strings.fieldName();
  if (opened.field in opened.container) text.failAt(nameAt, `the field ${JSON.stringify(opened.field)} is there twice`);
}

/** A number that is not an integer in plain digits. */
class NumberText {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const PLAIN_INTEGER = /^(0|-?[1-9][0-9]*)$/;

function numberValue(text: JsonText): bigint | NumberText {
  const end = text.numberEnd(text.at);
  const digits = text.bytes.toString('latin1', text.at, end);
  text.at = end;
  // A number of a million digits is not worth converting.
  return digits.length <= 21 && PLAIN_INTEGER.test(digits) ? BigInt(digits) : new NumberText(digits);
}
