import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isValidUtf8, JsonBytes } from './json-bytes.ts';
import { JsonReader } from './json-reader.ts';

function read(text: string | Uint8Array): unknown {
  const reader = new JsonReader();
  reader.reset('file.json', Buffer.from(text as Uint8Array));
  const value = readValue(reader);
  reader.end();
  return value;
}

function readValue(reader: JsonReader): unknown {
  switch (reader.peek()) {
    case 'object': {
      const entries: Array<[string, unknown]> = [];
      reader.object((name) => entries.push([name, readValue(reader)]));
      return Object.fromEntries(entries);
    }
    case 'array': {
      const elements: unknown[] = [];
      reader.array(() => elements.push(readValue(reader)));
      return elements;
    }
    case 'string':
      return reader.string();
    case 'number':
      return Number(reader.number());
    case 'true':
    case 'false':
      return reader.boolean();
    case 'null':
      return reader.takeNull() ? null : undefined;
    default:
      return reader.fail('a value is missing');
  }
}

test('what a standard serializer writes is read as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      fc.pre(!JSON.stringify(value).includes('\\ud') && !JSON.stringify(value).includes('__proto__'));
      expect(read(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(read(JSON.stringify(value, null, 2))).toEqual(JSON.parse(JSON.stringify(value)));
      const reader = new JsonReader();
      reader.reset('x', Buffer.from(JSON.stringify(value, null, 1)));
      reader.skip();
      reader.end();
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a byte order mark', '\ufeff{}', 1],
  ['a comment', '{/* */}', 2],
  ['a trailing comma in an object', '{"a":1,}', 7],
  ['a trailing comma in an array', '[1,]', 3],
  ['single quotes', "{'a':1}", 2],
  ['NaN', '[NaN]', 2],
  ['a leading zero', '[01]', 2],
  ['a bare minus', '[-]', 2],
  ['a number that ends in a point', '[1.]', 2],
  ['a raw control character', '["a\u0001"]', 4],
  ['a raw control character behind an escape', '["\\n\u0001"]', 5],
  ['a lone high surrogate', '["\\ud800"]', 3],
  ['a lone low surrogate', '["\\udc00x"]', 3],
  ['a high surrogate before another escape', '["\\ud800\\n"]', 3],
  ['an unknown escape', '["\\x41"]', 3],
  ['a short unicode escape', '["\\u12"]', 3],
  ['a string without an end', '["abc', 2],
  ['an object without an end', '{"a":1', 1],
  ['data behind the value', '{}]', 3],
  ['a field twice', '{"a":1,"a":2}', 8],
  ['a misspelt word', '[nul]', 2],
  ['nothing', '', 1],
])('%s is refused with line and column', (_, text, column) => {
  expect(() => read(text)).toThrow(DataError);
  expect(() => read(text)).toThrow(`file.json:1:${column}: `);
});

test('a field that comes twice among many is refused', () => {
  const fields = Array.from({ length: 40 }, (_, i) => `"f${i}":${i}`);
  expect(() => read(`{${[...fields, '"f7":0'].join()}}`)).toThrow('"f7" is there twice');
});

test('the line of a complaint counts line feeds', () => {
  expect(() => read('{\n  "a": 1,\n  "b": tru\n}')).toThrow('file.json:3:8: ');
});

test('invalid UTF-8 is refused where it stands', () => {
  const bytes = Buffer.concat([Buffer.from('["é", "'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"]')]);
  expect(() => read(bytes)).toThrow('file.json:1:9: invalid UTF-8');
});

test.each(['1.0', '1e3', '-0', '"1"', 'true', '18446744073709551616', '-1', '01', `${'9'.repeat(100_000)}`])(
  '%s is not an unsigned 64-bit integer',
  (text) => {
    const reader = new JsonReader();
    reader.reset('x', Buffer.from(text));
    expect(() => reader.integer('n', 0n, 2n ** 64n - 1n)).toThrow(DataError);
  },
);

test('integers above 2^53 stay exact', () => {
  const reader = new JsonReader();
  reader.reset('x', Buffer.from(' 18446744073709551615 '));
  expect(reader.integer('n', 0n, 2n ** 64n - 1n)).toBe(18446744073709551615n);
});

test('a hundred thousand levels of nesting are refused, not a stack overflow', () => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000)]) {
    const reader = new JsonReader();
    reader.reset('deep.json', Buffer.from(text));
    expect(() => reader.skip()).toThrow(/nested deeper than 10000 levels/);
  }
});

test('strings are written as a standard serializer does, but for the five characters that are escaped too', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const bytes = Buffer.from(text);
      const json = new JsonBytes();
      json.string(bytes, 0, bytes.length, 'html');
      const escaped = JSON.stringify(text).replace(
        /[<>&\u2028\u2029]/g,
        (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      expect(json.view().toString()).toBe(escaped);
    }),
    { numRuns: 500 },
  );
});

test('control characters, separators and HTML characters have their exact escapes', () => {
  const bytes = Buffer.from('\u0000\u0008\u000c\n\r\t\u001f"\\/<>&\u007f\u2028\u2029é');
  const json = new JsonBytes();
  json.string(bytes, 0, bytes.length, 'plain');
  expect(json.view().toString()).toBe('"\\u0000\\b\\f\\n\\r\\t\\u001f\\"\\\\/<>&\u007f\\u2028\\u2029é"');
  json.reset();
  json.string(bytes, 0, bytes.length, 'html');
  expect(json.view().toString()).toContain('\\u003c\\u003e\\u0026');
});

test('valid UTF-8 is the strict definition', () => {
  for (const hex of ['eda080', 'c080', 'f4908080', 'ff', '61e28'.padEnd(6, '0')]) {
    const bytes = Buffer.from(hex, 'hex');
    expect(isValidUtf8(bytes, 0, bytes.length)).toBe(false);
  }
  const bytes = Buffer.from('aé😀');
  expect(isValidUtf8(bytes, 0, bytes.length)).toBe(true);
});
