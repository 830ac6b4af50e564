import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonReader } from './json-reader.ts';
import { repairedUtf8, validSequence } from './repaired-utf8.ts';

function readerOf(json: string): JsonReader {
  const reader = new JsonReader('repaired');
  reader.reset('value', Buffer.from(json, 'latin1'));
  return reader;
}

test.each([
  ['a cut sequence', '"\xe2\x82"', '\ufffd\ufffd', 1],
  ['an overlong form', '"\xc0\xaf"', '\ufffd\ufffd', 1],
  ['an encoded surrogate', '"\xed\xa0\x80"', '\ufffd\ufffd\ufffd', 1],
  ['a lone high surrogate', '"\\ud800x"', '\ufffdx', 1],
  ['a high surrogate before another character', '"\\ud800\\u0041"', '\ufffdA', 1],
  ['a high surrogate before a character above the low ones', '"\\ud800\\ue000"', '\ufffd\ue000', 1],
  ['two high surrogates and a low one', '"\\ud83d\\ud83d\\ude00"', '\ufffd\u{1f600}', 1],
  ['a valid string', '"\\ud83d\\ude00\xc3\xa9"', '\u{1f600}é', 0],
])('%s is repaired byte by byte and counted', (_, json, text, repaired) => {
  const reader = readerOf(json);
  expect(reader.string()).toBe(text);
  expect(reader.repaired).toBe(repaired);
});

test('a range of a string holds the repaired bytes too', () => {
  const range = { bytes: Buffer.alloc(0), start: 0, end: 0 };
  readerOf('"a\xff"').stringRange(range);
  expect(range.bytes.toString('utf8', range.start, range.end)).toBe('a\ufffd');
});

test('a field that comes twice is given twice, its name repaired', () => {
  const names: string[] = [];
  const reader = readerOf('{"a":1,"a":2,"\xff":3}');
  reader.object((name) => {
    names.push(name);
    reader.skip();
  });
  expect(names).toEqual(['a', 'a', '\ufffd']);
});

test('what is no JSON is refused all the same', () => {
  expect(() => readerOf('"\\ud80"').string()).toThrow('four hex digits');
  expect(() => readerOf('{"a":1,}').object(() => {})).toThrow();
});

test('repaired bytes are valid, and valid bytes stay as they are', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .array(fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0x9f, 0xa0))
      .map((values) => Uint8Array.from(values)),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      expect(isUtf8(repairedUtf8(input))).toBe(true);
      expect(repairedUtf8(input).equals(input)).toBe(isUtf8(input));
    }),
  );
});

test('a sequence is valid when the strict decoder of the runtime takes it', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const accepts = (bytes: Uint8Array) => {
    try {
      return decoder.decode(bytes) !== undefined;
    } catch {
      return false;
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4 }), (bytes) => {
      const length = validSequence(bytes, 0, bytes.length);
      const first = [1, 2, 3, 4].find((size) => size <= bytes.length && accepts(bytes.subarray(0, size)));
      expect(length).toBe(first ?? 0);
    }),
    { numRuns: 2000 },
  );
});
