import type { JsonBytes } from '@ekv/dump-tree';
import { type Attribute, orderedByName, type StoredValue } from '../layout/stored-value.ts';

/** The JSON of an item, byte for byte; docs/format/04-dynamodb.md, sections 7.1 and 7.3. */

/** Writes a whole file: one object, no newline at its end. */
export function writeItem(json: JsonBytes, attributes: Attribute[]): void {
  json.reset();
  writeEntries(json, attributes, 0);
}

function writeEntries(json: JsonBytes, attributes: Attribute[], level: number): void {
  const entries = orderedByName(attributes);
  if (entries.length === 0) return json.text('{}');
  let before = `{${lineBreak(level + 1)}`;
  for (const { name, value } of entries) {
    json.text(before);
    before = `,${lineBreak(level + 1)}`;
    json.string(name, 0, name.length, 'html');
    json.text(': ');
    writeValue(json, value, level + 1);
  }
  json.text(`${lineBreak(level)}}`);
}

/** An object with the kind as its one name. */
function writeValue(json: JsonBytes, value: StoredValue, level: number): void {
  const kind = value.kind === 'none' ? 'NULL' : value.kind;
  json.text(`{${lineBreak(level + 1)}"${kind}": `);
  writeContent(json, value, level + 1);
  json.text(`${lineBreak(level)}}`);
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
  let before = `[${lineBreak(level + 1)}`;
  for (const element of elements) {
    json.text(before);
    before = `,${lineBreak(level + 1)}`;
    write(element);
  }
  json.text(`${lineBreak(level)}]`);
}

/** In the standard alphabet with padding. */
function base64(json: JsonBytes, bytes: Buffer): void {
  json.text(`"${bytes.toString('base64')}"`);
}

const FEW_LEVELS = 16;
const LINE_BREAKS = Array.from({ length: FEW_LEVELS }, (_, level) => `\n${'  '.repeat(level)}`);

function lineBreak(level: number): string {
  return LINE_BREAKS[level] ?? `\n${'  '.repeat(level)}`;
}
