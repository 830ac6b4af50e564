import { expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';

test.each([0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)])(
  'the integer %s is written with all its digits, and beside it its text',
  (value) => {
    expect(exactJson([value, { value }])).toBe(`[${value},{"value":${value},"value_text":"${value}"}]`);
  },
);

test('a map is an object, in its order, at any depth', () => {
  const rows = new Map([
    ['redis', 2],
    ['dynamodb', 0],
  ]);
  expect(exactJson({ rows, none: new Map() })).toBe('{"rows":{"redis":2,"dynamodb":0},"none":{}}');
});

test('other values are plain JSON on one line', () => {
  expect(exactJson({ a: 'x\ny', b: null, c: [1.5, true], d: undefined })).toBe('{"a":"x\\ny","b":null,"c":[1.5,true]}');
});

test('nothing of a text ends a line or commands a terminal, and its meaning stays', () => {
  const text = '\u009b31mEVIL\u202e \u2028\u2029\x7f\x1b[2J\n" \\ schön 日本 \u{1f600}';
  const json = exactJson({ [text]: [text] });
  expect(json).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
  expect(json).toContain('schön 日本 \u{1f600}');
  expect(JSON.parse(json)).toEqual({ [text]: [text] });
});
