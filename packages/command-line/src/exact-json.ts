/** JSON.rawJSON is in Node 22 and later, not yet in the type library. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** What JSON leaves as it is, and a terminal obeys or a line ends with. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * JSON on one line in which 64-bit integers stay exact and maps are objects. Beside such an integer `name` stands its
 * text, as `name_text`, for readers whose numbers are floats. Nothing in it can end a line or command a terminal.
 */
export function exactJson(value: unknown): string {
  const text = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part));
    if (part instanceof Map) return withTexts(Object.fromEntries(part));
    return isPlain(part) ? withTexts(part) : part;
  });
  // All of these stand inside of strings.
  return text.replace(UNSAFE, unicodeEscape);
}

/** Shows a character, which has one UTF-16 unit, as `\uNNNN`. */
export function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Whether a value is an object of a literal, or one that came from another thread. */
export function isPlain(part: unknown): part is Record<string, unknown> {
  return typeof part === 'object' && part !== null && Object.getPrototypeOf(part) === Object.prototype;
}

function withTexts(part: Record<string, unknown>): Record<string, unknown> {
  if (!Object.values(part).some((field) => typeof field === 'bigint')) return part;
  return Object.fromEntries(
    Object.entries(part).flatMap(([name, field]) =>
      typeof field === 'bigint'
        ? [
            [name, field],
            [`${name}_text`, String(field)],
          ]
        : [[name, field]],
    ),
  );
}
