import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonBytes } from '../json/json-bytes.ts';
import { repairedUtf8 } from '../json/repaired-utf8.ts';

function lossy(text: string): string {
  const bytes = Buffer.from(`<${text}>`, 'latin1');
  const json = new JsonBytes();
  json.lossyString(bytes, 1, bytes.length - 1, 'html');
  return json.view().toString('latin1');
}

test.each([
  ['plain', '"plain"'],
  ['', '""'],
  ['\xff', '"\\ufffd"'],
  ['\xe6\x97', '"\\ufffd\\ufffd"'],
  ['\xf0\x9f\x98', '"\\ufffd\\ufffd\\ufffd"'],
  ['a\xed\xa0\x80<\xc3\xa9', '"a\\ufffd\\ufffd\\ufffd\\u003c\xc3\xa9"'],
  ['\xef\xbf\xbd\xff"', '"\xef\xbf\xbd\\ufffd\\""'],
])('%j is written as %s', (text, written) => {
  expect(lossy(text)).toBe(written);
});

test('what is written reads as the repaired text', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
      const json = lossy(Buffer.from(bytes).toString('latin1'));
      expect(Buffer.from(JSON.parse(Buffer.from(json, 'latin1').toString()))).toEqual(repairedUtf8(bytes));
    }),
  );
});
