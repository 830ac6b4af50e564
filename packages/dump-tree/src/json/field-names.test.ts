import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonReader } from './json-reader.ts';

/** Names that are beginnings of each other, that need escapes, that stand in place of others. */
const NAMES = ['a', 'ab', 'abc', 'a"b', 'a\\', 'é', '', 'b', 'x'.repeat(40), 'toString'];

/** Any JSON text of an object with the names, each with white space and escapes as drawn. */
function objectText(fields: ReadonlyArray<{ name: string; isEscaped: boolean; space: string }>): string {
  const text = fields.map(({ name, isEscaped, space }) => {
    const quoted = isEscaped ? `"${escaped(name)}"` : JSON.stringify(name);
    return `${space}${quoted}${space}:${space}1`;
  });
  return `{${text.join(',')}}`;
}

function escaped(text: string): string {
  return Array.from(text, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}

test('the names of fields are those of the text, whatever names came before in whatever order', () => {
  const field = fc.record({
    name: fc.constantFrom(...NAMES),
    isEscaped: fc.boolean(),
    space: fc.constantFrom('', '', '', ' ', '\n'),
  });
  const objects = fc.array(fc.array(field, { maxLength: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(objects, (objects) => {
      const reader = new JsonReader('repaired');
      for (const fields of objects) {
        const found: string[] = [];
        reader.reset('file', Buffer.from(objectText(fields)));
        reader.object((name) => {
          found.push(name);
          reader.skip();
        });
        reader.end();
        expect(found).toEqual(fields.map(({ name }) => name));
      }
    }),
    { numRuns: 2000 },
  );
});

test('a name that is cut off is refused, also where it was expected', () => {
  const reader = new JsonReader();
  const text = Buffer.from('{"one":1,"two":2}');
  for (let end = 1; end <= text.length; end++) {
    reader.reset('file', text);
    reader.object(() => reader.skip());
    reader.reset('file', text, 0, end);
    const read = () => reader.object(() => reader.skip());
    if (end === text.length) expect(read).not.toThrow();
    else expect(read).toThrow(/does not end|missing|is expected/);
  }
});
