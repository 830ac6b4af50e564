import { expect, test } from 'vitest';
import { exactJson } from './exact-json.ts';

test.each([0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)])(
  'the integer %s is written with all its digits',
  (value) => {
    expect(exactJson({ value, list: [value] })).toBe(`{"value":${value},"list":[${value}]}`);
  },
);

test('a map is an object, in its order, at any depth', () => {
  const rows = new Map([
    ['redis', 2n],
    ['dynamodb', 0n],
  ]);
  expect(exactJson({ rows, none: new Map() })).toBe('{"rows":{"redis":2,"dynamodb":0},"none":{}}');
});

test('other values are plain JSON on one line', () => {
  expect(exactJson({ a: 'x\ny', b: null, c: [1.5, true], d: undefined })).toBe('{"a":"x\\ny","b":null,"c":[1.5,true]}');
});
