import type { JsonBytes } from '@ekv/dump-tree';
import { type Attribute, type Kind, orderedByName, type StoredValue } from '../layout/stored-value.ts';

/** The JSON of an item, byte for byte; docs/format/04-dynamodb.md, sections 7.1 and 7.3. */

/** Writes a whole file: one object, no newline at its end. */
export function writeItem(json: JsonBytes, attributes: Attribute[]): void {
  json.reset();
  writeEntries(json, attributes, 0);
}

function writeEntries(json: JsonBytes, attributes: Attribute[], level: number): void {
  const entries = orderedByName(attributes);
  if (entries.length === 0) return json.text('{}');
  const { brace, comma, end } = bracketsOf(level);
  for (let i = 0; i < entries.length; i++) {
    const { name, value } = entries[i]!;
    json.text(i === 0 ? brace : comma);
    json.string(name, 0, name.length, 'html');
    json.text(': ');
    writeValue(json, value, level + 1);
  }
  json.text(end);
}

/** An object with the kind as its one name. */
function writeValue(json: JsonBytes, value: StoredValue, level: number): void {
  const { kinds, end } = bracketsOf(level);
  json.text(kinds[value.kind]);
  writeContent(json, value, level + 1);
  json.text(end);
}

function writeContent(json: JsonBytes, value: StoredValue, level: number): void {
  switch (value.kind) {
    case 'none':
      return json.text('true');
    case 'BOOL':
    case 'NULL':
      return json.text(String(value.truth));
    case 'S':
    case 'N':
      return json.string(value.bytes, 0, value.bytes.length, 'html');
    case 'B':
      return base64(json, value.bytes);
    case 'SS':
    case 'NS':
      return writeArray(json, value.elements, level, (text) => json.string(text, 0, text.length, 'html'));
    case 'BS':
      return writeArray(json, value.elements, level, (bytes) => base64(json, bytes));
    case 'L':
      return writeArray(json, value.values, level, (element) => writeValue(json, element, level + 1));
    case 'M':
      return writeEntries(json, value.entries, level);
  }
}

function writeArray<T>(json: JsonBytes, elements: readonly T[], level: number, write: (element: T) => void): void {
  if (elements.length === 0) return json.text('[]');
  const { bracket, comma, endOfArray } = bracketsOf(level);
  for (let i = 0; i < elements.length; i++) {
    json.text(i === 0 ? bracket : comma);
    write(elements[i]!);
  }
  json.text(endOfArray);
}

/** In the standard alphabet with padding. */
function base64(json: JsonBytes, bytes: Buffer): void {
  json.text(`"${bytes.toString('base64')}"`);
}

/** What stands around and between the elements of an object or an array, line breaks and blanks included. */
interface Brackets {
  readonly brace: string;
  readonly bracket: string;
  readonly comma: string;
  readonly end: string;
  readonly endOfArray: string;
  /** The beginning of a value up to its content. */
  readonly kinds: Readonly<Record<StoredValue['kind'], string>>;
}

const FEW_LEVELS = 16;
const BRACKETS = Array.from({ length: FEW_LEVELS }, (_, level) => makeBrackets(level));

/** @param level of the line that the object or array begins in. */
function bracketsOf(level: number): Brackets {
  return BRACKETS[level] ?? makeBrackets(level);
}

function makeBrackets(level: number): Brackets {
  const outer = `\n${'  '.repeat(level)}`;
  const inner = `${outer}  `;
  const kind = (name: Kind) => `{${inner}"${name}": `;
  return {
    brace: `{${inner}`,
    bracket: `[${inner}`,
    comma: `,${inner}`,
    end: `${outer}}`,
    endOfArray: `${outer}]`,
    kinds: {
      S: kind('S'),
      N: kind('N'),
      B: kind('B'),
      BOOL: kind('BOOL'),
      NULL: kind('NULL'),
      SS: kind('SS'),
      NS: kind('NS'),
      BS: kind('BS'),
      L: kind('L'),
      M: kind('M'),
      none: kind('NULL'),
    },
  };
}
