import { JsonBytes } from '@ekv/dump-tree';
import { expect, test } from 'vitest';
import {
  beginCollection,
  endCollection,
  writeElement,
  writeHashField,
  writeSortedSetMember,
} from './collection-json.ts';

function written(write: (json: JsonBytes) => void): string {
  const json = new JsonBytes();
  write(json);
  return json.view().toString();
}

test('an empty list stands on one line, and there is no line feed at the end', () => {
  const text = written((json) => {
    beginCollection(json, 'items', 0);
    endCollection(json, 0, null);
  });
  expect(text).toBe('{\n  "format_version": 1,\n  "items": [],\n  "expire_at_ms": null\n}');
});

test('an expiry is written in all its digits', () => {
  const text = written((json) => endCollection(json, 0, 18446744073709551615n));
  expect(text).toBe('],\n  "expire_at_ms": 18446744073709551615\n}');
});

test('elements are set apart by commas, base64 is expanded over three lines', () => {
  const bytes = Buffer.from('ab\xff', 'latin1');
  const text = written((json) => {
    beginCollection(json, 'members', 3);
    writeElement(json, 0, bytes, 0, 1);
    writeElement(json, 1, bytes, 1, 3);
    writeElement(json, 2, bytes, 1, 1);
    endCollection(json, 3, 7n);
  });
  expect(text).toBe(`{
  "format_version": 1,
  "members": [
    "a",
    {
      "base64": "Yv8"
    },
    ""
  ],
  "expire_at_ms": 7
}`);
});

test('name and value of a field are each text or base64', () => {
  const bytes = Buffer.from('n\xffv', 'latin1');
  const text = written((json) => {
    writeHashField(json, 0, { bytes, nameStart: 0, nameEnd: 1, valueStart: 1, valueEnd: 2 });
    writeHashField(json, 1, { bytes, nameStart: 1, nameEnd: 2, valueStart: 2, valueEnd: 3 });
  });
  expect(text).toBe(`    {
      "name": "n",
      "value": {
        "base64": "_w"
      }
    },
    {
      "name": {
        "base64": "_w"
      },
      "value": "v"
    }`);
});

test('a score is written as it is given', () => {
  const text = written((json) =>
    writeSortedSetMember(json, 1, { bytes: Buffer.from('m'), nameStart: 0, nameEnd: 1 }, '"-inf"'),
  );
  expect(text).toBe(',\n    {\n      "member": "m",\n      "score": "-inf"\n    }');
});

test.each([
  ['a surrogate', 'eda080', true],
  ['an overlong form', 'c080', true],
  ['a character above U+10FFFF', 'f4908080', true],
  ['a cut character', 'e282', true],
  ['U+10FFFF', 'f48fbfbf', false],
  ['U+FFFD', 'efbfbd', false],
])('%s is text only when it is valid UTF-8', (_, hex, isBase64) => {
  const bytes = Buffer.from(hex, 'hex');
  const text = written((json) => writeElement(json, 0, bytes, 0, bytes.length));
  expect(text.includes('base64')).toBe(isBase64);
});

test('<, > and &, line separators and control characters are escaped, other characters are not', () => {
  const bytes = Buffer.from('<>&\u2028\u2029\0\x1f\x7f/\u00e9"\\\b\f\n\r\t');
  const text = written((json) => writeElement(json, 0, bytes, 0, bytes.length));
  expect(text.trim()).toBe('"\\u003c\\u003e\\u0026\\u2028\\u2029\\u0000\\u001f\x7f/\u00e9\\"\\\\\\b\\f\\n\\r\\t"');
});
