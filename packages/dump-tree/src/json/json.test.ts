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
  ['a high surrogate before an escape below the low ones', '["\\ud800\\udbff"]', 3],
  ['a high surrogate before an escape above the low ones', '["\\ud800\\ue000"]', 3],
  ['a high surrogate before the highest escape', '["\\udbff\\uffff"]', 3],
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

function tree(text: string): unknown {
  const reader = new JsonReader();
  reader.reset('file.json', Buffer.from(text));
  const value = reader.value();
  reader.end();
  return value;
}

/** Numbers as `Number`, objects with their usual prototype. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (Object.getPrototypeOf(value) !== null) return Number(String(value));
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]));
}

test('a tree of any value is what a standard parser gives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      fc.pre(!JSON.stringify(value).includes('\\ud'));
      const parsed = JSON.parse(JSON.stringify(value));
      expect(JSON.stringify(plain(tree(JSON.stringify(value))))).toBe(JSON.stringify(parsed));
      expect(JSON.stringify(plain(tree(JSON.stringify(value, null, 2))))).toBe(JSON.stringify(parsed));
    }),
    { numRuns: 500 },
  );
});

test('a tree has plain integers as bigint and other numbers as their text', () => {
  expect(tree('[0, -7, 9007199254740993, 18446744073709551616]')).toEqual([
    0n,
    -7n,
    9007199254740993n,
    18446744073709551616n,
  ]);
  const others = ['1.0', '1e3', '-0', '0.10', '9'.repeat(100_000)];
  expect((tree(`[${others}]`) as unknown[]).map(String)).toEqual(others);
  expect((tree(`[${others}]`) as unknown[]).map((number) => typeof number)).toEqual(others.map(() => 'object'));
});

test('in a tree a field named __proto__ is one like all others', () => {
  const object = tree('{"__proto__": {"a": 1}, "constructor": 2}') as Record<string, unknown>;
  expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
  expect(object.a).toBeUndefined();
  expect(({} as Record<string, unknown>).a).toBeUndefined();
  expect(() => tree('{"__proto__": 1, "__proto__": 2}')).toThrow(
    'file.json:1:18: the field "__proto__" is there twice',
  );
});

test.each([
  ['{"a":{"b":1,"b":2}}', 13],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['[[1,2]', 1],
  ['{"a":{"b":[]}', 1],
  ['{"a" 1}', 6],
  ['{a:1}', 2],
  ['{"a":1,2}', 8],
  ['[1 2]', 4],
  ['{} {}', 4],
  ['{"a":', 6],
  ['', 1],
])('as a tree, %s is refused with line and column', (text, column) => {
  expect(() => tree(text)).toThrow(DataError);
  expect(() => tree(text)).toThrow(`file.json:1:${column}: `);
});

test('a tree may be 10000 levels deep and no deeper', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const nested = (levels: number) => `${open.repeat(levels - 1)}[]${close.repeat(levels - 1)}`;
    expect(tree(nested(10_000))).toBeTypeOf('object');
    expect(() => tree(nested(10_001))).toThrow(/nested deeper than 10000 levels/);
    expect(() => tree(open.repeat(1_000_000))).toThrow(/nested deeper than 10000 levels/);
  }
});

test('a complaint about a tree points to its start', () => {
  const reader = new JsonReader();
  reader.reset('file.json', Buffer.from('\n [1, [2]]'));
  reader.value();
  expect(() => reader.fail('no')).toThrow('file.json:2:2: no');
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

test('the bytes of strings with escapes stay what they were, however many are kept', () => {
  const texts = Array.from({ length: 3000 }, (_, i) => `${i}\n${'y'.repeat(i % 90)}`);
  const reader = new JsonReader();
  reader.reset('file.json', Buffer.from(JSON.stringify(texts)));
  const kept: Buffer[] = [];
  reader.array(() => kept.push(reader.stringBytes()));
  expect(kept.map((bytes) => bytes.toString())).toEqual(texts);
});

test('a string is told ordinary exactly when it has no control characters but those of white space, and nothing from U+F000 to U+FFFF', () => {
  const reader = new JsonReader();
  const wrong: string[] = [];
  for (let code = 0; code <= 0x11000; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    const escaped = [...character].length === character.length ? `\\u${code.toString(16).padStart(4, '0')}` : '';
    const wanted = code < 0x20 ? [9, 10, 13].includes(code) : code < 0xf000 || code > 0xffff;
    for (const text of [JSON.stringify(`a${character}z`), JSON.stringify(`"${character}z`), `"a${escaped}z"`]) {
      reader.reset('x', Buffer.from(text));
      reader.string();
      if (reader.isStringOrdinary !== wanted) wrong.push(text);
    }
  }
  expect(wrong).toEqual([]);
});

const I64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const U64 = { min: 0n, max: 2n ** 64n - 1n };

test('integers of 64 bits are read, and refused, as integers with these bounds are', () => {
  const text = fc.oneof(
    fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
    fc.integer({ min: -300, max: 300 }).map(String),
    fc.constantFrom('-0', '00', '1.5', '1e3', '-', '', 'null', '"1"', ' 7 ', '999999999999999', '1000000000000000'),
  );
  const outcome = (read: () => bigint): unknown => {
    try {
      return read();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const reader = new JsonReader();
  fc.assert(
    fc.property(text, (text) => {
      const at = (read: () => bigint) => {
        reader.reset('file', Buffer.from(text));
        return outcome(read);
      };
      expect(at(() => reader.int64('n'))).toEqual(at(() => reader.integer('n', I64.min, I64.max)));
      expect(at(() => reader.uint64('n'))).toEqual(at(() => reader.integer('n', U64.min, U64.max)));
    }),
    { numRuns: 2000 },
  );
});

test('a string is given up to the next quote and taken when the caller says so; nothing else is', () => {
  const reader = new JsonReader();
  const range = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  reader.reset('file', Buffer.from('[ "plain", 5, "cut'));
  const found: Array<string | false> = [];
  const readAll = () =>
    reader.array((index) => {
      if (!reader.peekQuoted(range)) {
        found.push(false);
        return reader.skip();
      }
      found.push(range.bytes.toString('latin1', range.start, range.end));
      if (index === 0) reader.takeQuoted(range);
    });
  expect(readAll).toThrow(/this string does not end/);
  expect(found).toEqual(['plain', false, false]);
});

test('text that is given as bytes is written as it is, and all that was written can be copied to a place', () => {
  const json = new JsonBytes();
  json.reset();
  json.text(Buffer.from('{"a":'));
  json.text('[1,2,3,4,5,6]');
  const into = Buffer.alloc(json.length + 2, 0x2e);
  json.copyTo(into, 1);
  expect(into.toString()).toBe('.{"a":[1,2,3,4,5,6].');
});
