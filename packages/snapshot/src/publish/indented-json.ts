/** A JSON value with integers only. Fields that are undefined are left out. */
type JsonValue = string | number | bigint | boolean | readonly JsonValue[] | JsonDocument | JsonMap;

/** An object whose fields stand in the order of the map, also those with numbers as names. */
type JsonMap = ReadonlyMap<string, JsonValue | undefined>;

export interface JsonDocument {
  readonly [name: string]: JsonValue | undefined;
}

/** What is escaped beside what JSON demands; U+2028 and U+2029 always are. */
const MORE_ESCAPES = { html: /[<>&\u2028\u2029]/g, plain: /[\u2028\u2029]/g };

/**
 * A small JSON file: indent of 2, final line feed, empty objects and arrays on one line. docs/format/02-dump-tree.md,
 * section 2.1.
 *
 * @param escapes `html` also escapes `<`, `>` and `&`.
 */
export function indentedJson(document: JsonDocument, escapes: 'html' | 'plain'): Buffer {
  return Buffer.from(`${valueText(document, MORE_ESCAPES[escapes], '\n')}\n`);
}

/** @param newline line feed and the indent of the line that the value starts in. */
function valueText(value: JsonValue, more: RegExp, newline: string): string {
  if (typeof value === 'string') return stringText(value, more);
  if (typeof value !== 'object') return String(value);
  const inner = `${newline}  `;
  if (isArray(value))
    return listText(
      '[]',
      value.map((element) => valueText(element, more, inner)),
      newline,
    );
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  const fields = entries.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined);
  const lines = fields.map(([name, field]) => `${stringText(name, more)}: ${valueText(field, more, inner)}`);
  return listText('{}', lines, newline);
}

function listText(brackets: string, items: readonly string[], newline: string): string {
  if (items.length === 0) return brackets;
  return `${brackets[0]}${newline}  ${items.join(`,${newline}  `)}${newline}${brackets[1]}`;
}

/** A lone surrogate, which UTF-8 cannot hold, becomes U+FFFD. */
function stringText(text: string, more: RegExp): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.toWellFormed()).replace(more, escaped);
}

function isArray(value: readonly JsonValue[] | JsonDocument | JsonMap): value is readonly JsonValue[] {
  return Array.isArray(value);
}
