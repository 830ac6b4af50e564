import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonReader } from '../json/json-reader.ts';
import { type KeymapRecord, keymapLine, readKeymapRecord } from './keymap-record.ts';

function read(line: Buffer): KeymapRecord {
  const reader = new JsonReader();
  reader.reset('KEYMAP.jsonl', line);
  return readKeymapRecord(reader);
}

const bytes = (text: string) => Buffer.from(text).toString('latin1');

test('a line has its fields in order, compact, and a line feed', () => {
  const record = {
    encoded: '0e3246de4838b88fa1b243cce26975b5__b64.',
    original: Buffer.from('b64.'),
    kind: 'sha-fallback',
  };
  expect(keymapLine(record).toString()).toBe(
    '{"encoded":"0e3246de4838b88fa1b243cce26975b5__b64.","original":"YjY0Lg","kind":"sha-fallback"}\n',
  );
});

test.each([
  ['UTF-8 and HTML characters as they are', bytes('a<é>&😀'), 'a<é>&😀'],
  ['quotes, backslashes and control characters escaped', 'a"\\\n\x01\x7f', 'a\\"\\\\\\n\\u0001\x7f'],
  ['U+2028 and U+2029 escaped', bytes('\u2028\u2029'), '\\u2028\\u2029'],
  [
    'each byte that is not UTF-8 as the replacement character',
    '\xff\xc3\xa9\xc3/\xe2\x82',
    '\\ufffdé\\ufffd/\\ufffd\\ufffd',
  ],
  ['half a surrogate pair byte by byte', '\xed\xa0\x80', '\\ufffd\\ufffd\\ufffd'],
])('a path is written with %s', (_, encoded, json) => {
  expect(keymapLine({ encoded, original: Buffer.alloc(0), kind: 'k' }).toString()).toBe(
    `{"encoded":"${json}","original":"","kind":"k"}\n`,
  );
});

test('what is written is read as the same record', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(text, fc.uint8Array({ maxLength: 40 }), text, (encoded, original, kind) => {
      const record = read(keymapLine({ encoded: bytes(encoded), original, kind: bytes(kind) }));
      expect(record).toEqual({ encoded: bytes(encoded), original: Buffer.from(original), kind: bytes(kind) });
    }),
  );
});
