import { DataError } from '@ekv/snapshot';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodedTree, plant, temporaryFolder } from './encoded.test-data.ts';

/** Files as they should be; what is done to them comes later. */
const FILES: Readonly<Record<string, string>> = {
  'KEYMAP.jsonl': '{"encoded":"77919dc9dcf4a86cbdcba3ab0b35428a__L","original":"TA","kind":"sha-fallback"}\n',
  'strings/a.bin': 'value',
  'strings_ttl.jsonl': '{"key":"a","expire_at_ms":5795418435365}\n{"key":"b%2F","expire_at_ms":null}\n',
  'hll/b64.YQ.bin': 'value',
  'hll_ttl.jsonl': '{"key":"%61","expire_at_ms":1}',
  'hashes/h.json': '{"format_version":1,"fields":[{"name":"\\u0041","value":{"base64":"_v8"}}],"expire_at_ms":7}',
  'sets/s.json': '{"format_version":1,"members":["a",{"base64":""}],"expire_at_ms":null}',
  'lists/l.json': '{"format_version":1,"items":["a","\\ud83d\\ude00"]}',
  'zsets/z.json': '{"format_version":1,"members":[{"member":"a","score":-1.5e3},{"member":"b","score":"+inf"}]}',
  'streams/x.jsonl':
    '{"id":"1-2","fields":[{"name":"a","value":"b"}]}\n{"_meta":true,"length":1,"last_ms":1,"last_seq":2}\n',
};

const PIECES = [
  '',
  '{',
  '}',
  '[',
  ']',
  '"',
  ',',
  ':',
  '\\',
  '\\u',
  '\\ud800',
  'null',
  '0',
  '-',
  '.',
  'e',
  '\n',
  ' ',
  '\xff',
  '\xef\xbb\xbf',
  '%',
  '1',
];
const change = fc.record({
  path: fc.constantFrom(...Object.keys(FILES)),
  at: fc.nat({ max: 110 }),
  removed: fc.nat({ max: 3 }),
  put: fc.constantFrom(...PIECES),
});

test('files with anything changed in them are encoded, or refused with a DataError of a line for each problem', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const files = { ...FILES };
      for (const { path, at, removed, put } of changes)
        files[path] = files[path]!.slice(0, at) + put + files[path]!.slice(at + removed);
      const root = temporaryFolder();
      plant(root, files);
      try {
        encodedTree(root);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        const { message } = error as DataError;
        const lines = message.split('\n');
        expect(lines.length === 1 || lines.length === 1 + Number.parseInt(lines[0]!, 10)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
}, 300_000);
