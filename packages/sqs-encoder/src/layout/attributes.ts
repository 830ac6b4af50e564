import type { JsonBytes, JsonReader } from '@ekv/dump-tree';

/** Attributes of a message: the raw JSON text of each value by name. docs/format/06-sqs.md, section 3.3. */
export type Attributes = Map<string, Buffer>;

/**
 * How attributes are written. `file`: names with plain escapes, values as they are. `row`: names and values with `<`, `>`,
 * `&` and the two line separators escaped.
 */
export type AttributeForm = 'file' | 'row';

/** An object of attributes, sorted by the bytes of their names, without white space between tokens. */
export function writeAttributes(json: JsonBytes, attributes: Attributes, form: AttributeForm): void {
  let separator = '{';
  for (const [name, value] of sortedByName(attributes)) {
    json.text(separator);
    json.string(name, 0, name.length, form === 'row' ? 'html' : 'plain');
    json.text(':');
    if (form === 'row') writeEscaped(json, value);
    else writeCompact(json, value);
    separator = ',';
  }
  json.text('}');
}

/** What the texts of attributes mean, by name: plain trees as JsonReader gives them, `undefined` for what it refuses. */
export type AttributeValues = Map<string, unknown>;

/**
 * Adds the members of an object, or of none when it is `null`; a later one of the same name wins.
 *
 * @param onValue is called at each value, must pass over it and gives what it means.
 */
export function readAttributes(
  reader: JsonReader,
  attributes: Attributes,
  values: AttributeValues,
  onValue: () => unknown,
): void {
  reader.object((name) => {
    const start = reader.mark();
    const value = onValue();
    attributes.set(name, reader.between(start, reader.mark()));
    values.set(name, value);
  }, '"message_attributes"');
}

function sortedByName(attributes: Attributes): Array<readonly [Buffer, Buffer]> {
  const pairs = [...attributes].map(([name, value]) => [Buffer.from(name), value] as const);
  return pairs.length < 2 ? pairs : pairs.sort(([a], [b]) => a.compare(b));
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Valid JSON without white space between tokens. */
function writeCompact(json: JsonBytes, text: Buffer): void {
  let inString = false;
  let copied = 0;
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (inString) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (isSpace(byte)) {
      json.raw(text, copied, i);
      copied = i + 1;
    }
  }
  json.raw(text, copied, text.length);
}

const ESCAPES: Record<number, string> = { 60: '\\u003c', 62: '\\u003e', 38: '\\u0026' };
const SEPARATORS: Record<number, string> = { 168: '\\u2028', 169: '\\u2029' };

/** As {@link writeCompact}, with `<`, `>`, `&`, U+2028 and U+2029 escaped: they can only stand in strings. */
function writeEscaped(json: JsonBytes, text: Buffer): void {
  let inString = false;
  let copied = 0;
  const replace = (at: number, length: number, by: string) => {
    json.raw(text, copied, at);
    json.text(by);
    copied = at + length;
  };
  for (let i = 0; i < text.length; i++) {
    const byte = text[i]!;
    if (!inString) {
      if (byte === QUOTE) inString = true;
      else if (isSpace(byte)) replace(i, 1, '');
    } else if (byte === QUOTE) inString = false;
    else if (byte === BACKSLASH) i++;
    else if (ESCAPES[byte] !== undefined) replace(i, 1, ESCAPES[byte]);
    else if (byte === 0xe2 && text[i + 1] === 0x80) {
      const escaped = SEPARATORS[text[i + 2]!];
      if (escaped !== undefined) replace(i, 3, escaped);
    }
  }
  json.raw(text, copied, text.length);
}
