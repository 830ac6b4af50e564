import { decodedBase64 } from '@ekv/adapter';
import type { JsonBytes, JsonReader, TextPlace } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';
import { type Attribute, MOST_LEVELS, orderedByName, type StoredValue } from '../layout/stored-value.ts';
import { bracketsOf, COMPACT, type KindBrackets } from './item-brackets.ts';
import { NameBytes } from './name-bytes.ts';

/** The JSON of an item, written byte for byte and read; docs/format/04-dynamodb.md, sections 7.1, 7.3 and 9.3. */

/** Writes the whole file: one object, without a newline at its end. */
export function writeItem(json: JsonBytes, attributes: Attribute[]): void {
  json.reset();
  writeEntries(json, attributes, 0);
}

/** Writes the same object without white space between its values, and a line feed. docs/format/04-dynamodb.md, section 11.2. */
export function writeItemLine(json: JsonBytes, attributes: Attribute[]): void {
  json.reset();
  writeEntries(json, attributes, COMPACT);
  json.text('\n');
}

function writeEntries(json: JsonBytes, attributes: Attribute[], level: number): void {
  const entries = orderedByName(attributes);
  if (entries.length === 0) return json.text('{}');
  const { brace, comma, end } = bracketsOf(level);
  const { fields } = bracketsOf(level + 1);
  for (let i = 0; i < entries.length; i++) {
    const { name, value } = entries[i]!;
    json.text(i === 0 ? brace : comma);
    json.string(name, 0, name.length, 'html');
    writeValue(json, value, level + 1, fields);
  }
  json.text(end);
}

/** An object with the kind as its one name. @param kinds how it begins. */
function writeValue(json: JsonBytes, value: StoredValue, level: number, kinds: KindBrackets): void {
  json.text(kinds[value.kind]);
  writeContent(json, value, level + 1);
  json.text(bracketsOf(level).end);
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
      return writeBase64(json, value.bytes);
    case 'SS':
    case 'NS':
      return writeArray(json, value.elements, level, (text) => json.string(text, 0, text.length, 'html'));
    case 'BS':
      return writeArray(json, value.elements, level, (bytes) => writeBase64(json, bytes));
    case 'L':
      return writeList(json, value.values, level);
    case 'M':
      return writeEntries(json, value.entries, level);
  }
}

function writeList(json: JsonBytes, values: readonly StoredValue[], level: number): void {
  const { elements } = bracketsOf(level + 1);
  writeArray(json, values, level, (element) => writeValue(json, element, level + 1, elements));
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
function writeBase64(json: JsonBytes, bytes: Buffer): void {
  json.base64(bytes, 0, bytes.length, 'base64');
}

const ELEMENT = 'an element of a set';

/** Reads item files, one after the other. */
export class ItemReader {
  readonly #reader: JsonReader;
  readonly #names = new NameBytes();
  #path = '';
  #attribute = '';

  constructor(reader: JsonReader) {
    this.#reader = reader;
  }

  /**
   * The attributes of a file, views into its bytes. Throws DataError with path, line, column and attribute.
   *
   * @param path for messages.
   */
  read(path: string, bytes: Buffer): Attribute[] {
    return this.readLine(path, bytes, 0, bytes.length);
  }

  /** As {@link read}, of the item `bytes[start, end)`. @param place of the line in its file. */
  readLine(path: string, bytes: Buffer, start: number, end: number, place?: TextPlace): Attribute[] {
    this.#reader.reset(path, bytes, start, end, place);
    this.#path = path;
    const attributes: Attribute[] = [];
    this.#reader.object((name) => {
      this.#attribute = name;
      attributes.push({ name: this.#names.of(name), value: this.#attributeValue() });
    }, 'an item');
    this.#reader.end();
    return attributes;
  }

  #attributeValue(): StoredValue {
    try {
      return this.#value(0);
    } catch (error) {
      if (!(error instanceof DataError)) throw this.#stackOverflow(error);
      throw new DataError(`${error.message}, in attribute ${JSON.stringify(this.#attribute)}`, { cause: error });
    }
  }

  /** The main thread of Node has the stack for some 900 levels, a worker for all. */
  #stackOverflow(error: unknown): unknown {
    if (!(error instanceof RangeError) || !error.message.startsWith('Maximum call stack')) return error;
    const attribute = `lists and maps are nested too deep for this thread, in attribute ${JSON.stringify(this.#attribute)}`;
    return new DataError(`${this.#path}: ${attribute}`, { cause: error });
  }

  #value(level: number): StoredValue {
    const reader = this.#reader;
    const start = reader.mark();
    let value: StoredValue | undefined;
    reader.object((kind) => {
      if (value !== undefined) reader.failAtMark(start, 'a value must have exactly one kind, this one has several');
      value = this.#content(kind, level, start);
    }, 'a value');
    return value ?? reader.failAtMark(start, 'a value must have exactly one kind, this one has none');
  }

  #content(kind: string, level: number, start: number): StoredValue {
    const reader = this.#reader;
    switch (kind) {
      case 'S':
      case 'N':
        return { kind, bytes: reader.stringBytes(kind) };
      case 'B':
        return { kind, bytes: readBase64(reader, kind) };
      case 'BOOL':
      case 'NULL':
        return { kind, truth: reader.boolean(kind) };
      case 'SS':
      case 'NS':
      case 'BS':
        return this.#set(kind);
      case 'L':
        return this.#list(this.#deeper(level, start));
      case 'M':
        return this.#map(this.#deeper(level, start));
      default:
        return reader.failAtMark(
          start,
          `the kind ${JSON.stringify(kind)} must be one of S, N, B, BOOL, NULL, SS, NS, BS, L and M`,
        );
    }
  }

  #set(kind: 'SS' | 'NS' | 'BS'): StoredValue {
    const reader = this.#reader;
    const elements: Buffer[] = [];
    if (kind === 'BS') reader.array(() => elements.push(readBase64(reader, ELEMENT)), kind);
    else reader.array(() => elements.push(reader.stringBytes(ELEMENT)), kind);
    return { kind, elements };
  }

  #list(level: number): StoredValue {
    const values: StoredValue[] = [];
    this.#reader.array(() => values.push(this.#value(level)), 'L');
    return { kind: 'L', values };
  }

  #map(level: number): StoredValue {
    const entries: Attribute[] = [];
    this.#reader.object((name) => entries.push({ name: this.#names.of(name), value: this.#value(level) }), 'M');
    return { kind: 'M', entries };
  }

  #deeper(level: number, start: number): number {
    if (level === MOST_LEVELS)
      this.#reader.failAtMark(start, `lists and maps are nested deeper than ${MOST_LEVELS} levels`);
    return level + 1;
  }
}

/** The bytes of a string in standard base64 with padding. */
function readBase64(reader: JsonReader, what: string): Buffer {
  const bytes = decodedBase64(reader.stringBytes(what));
  if (bytes !== undefined) return bytes;
  return reader.fail(
    `${what} must be base64 in the standard alphabet (A-Z a-z 0-9 + /), padded with "=" to a multiple of 4`,
  );
}
