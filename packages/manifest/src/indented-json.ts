import { JsonBytes } from '@ekv/dump-tree';

/** A JSON value with integers only. Fields that are undefined are left out. */
type JsonValue = string | number | bigint | boolean | readonly JsonValue[] | JsonDocument;

export interface JsonDocument {
  readonly [name: string]: JsonValue | undefined;
}

/**
 * A small JSON file: indent of 2, final line feed, empty objects and arrays on one line. docs/format/02-dump-tree.md,
 * section 2.1.
 *
 * @param escapes `html` also escapes `<`, `>` and `&`.
 */
export function indentedJson(document: JsonDocument, escapes: 'html' | 'plain'): Buffer {
  const json = new JsonBytes();
  writeValue(json, document, escapes, '\n');
  json.text('\n');
  return Buffer.from(json.view());
}

/** @param newline line feed and the indent of the line that the value starts in. */
function writeValue(json: JsonBytes, value: JsonValue, escapes: 'html' | 'plain', newline: string): void {
  if (typeof value === 'string') return writeString(json, value, escapes);
  if (typeof value !== 'object') return json.text(String(value));
  if (isArray(value)) {
    return writeItems(json, '[]', value, newline, (element) => writeValue(json, element, escapes, `${newline}  `));
  }
  const fields = Object.entries(value).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  writeItems(json, '{}', fields, newline, ([name, field]) => {
    writeString(json, name, escapes);
    json.text(': ');
    writeValue(json, field, escapes, `${newline}  `);
  });
}

function writeItems<Item>(
  json: JsonBytes,
  brackets: string,
  items: readonly Item[],
  newline: string,
  write: (item: Item) => void,
): void {
  if (items.length === 0) return json.text(brackets);
  items.forEach((item, index) => {
    json.text(`${index === 0 ? brackets[0] : ','}${newline}  `);
    write(item);
  });
  json.text(`${newline}${brackets[1]}`);
}

/** A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
function writeString(json: JsonBytes, text: string, escapes: 'html' | 'plain'): void {
  const bytes = Buffer.from(text);
  json.string(bytes, 0, bytes.length, escapes);
}

function isArray(value: readonly JsonValue[] | JsonDocument): value is readonly JsonValue[] {
  return Array.isArray(value);
}
