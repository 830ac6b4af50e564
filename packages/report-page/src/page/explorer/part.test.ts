import { expect, test } from 'vitest';
import { type EmbeddedPart, SMALLER } from '../../embedded-report.ts';
import { globBelow } from './glob-below.ts';
import { adapterOf, partsOf, pathTo } from './part.ts';

const EMBEDDED: readonly EmbeddedPart[] = [
  [-1, 'everything', 'snapshot', 100, 5, 9],
  [0, 'redis', 'adapter', 90, 5, 8, 'redis/'],
  [1, 'string', 'type', 90, 5, 8, ''],
  [2, "it's*:", 'prefix', 60, 5, 6],
  [2, '1234', SMALLER, 30, 0, 2],
  [0, '1', SMALLER, 7, 0, 1],
  [0, '0', SMALLER, 3, 0, 0],
  [1, '(expiry)', 'rows', 0, 0, 0, null],
  [7, 'a', 'prefix', 0, 0, 0],
];
const parts = partsOf(EMBEDDED);

test('parts know their path, their adapter and their parts', () => {
  expect(pathTo(parts[3]!).map(({ name }) => name)).toEqual(['everything', 'redis', 'string', "it's*:"]);
  expect(adapterOf(parts[3]!)).toBe(parts[1]);
  expect(adapterOf(parts[0]!)).toBeUndefined();
  expect(parts[2]!.parts).toEqual([parts[3], parts[4]]);
  expect(parts.map(({ depth }) => depth)).toEqual([0, 1, 2, 3, 3, 1, 1, 2, 3]);
});

test('what is summed up says of how many', () => {
  expect(parts.slice(4, 7).map(({ name }) => name)).toEqual(['1,234 smaller parts', '1 smaller part', 'the rest']);
});

test('a part without a name is not told by nothing', () => {
  expect(partsOf([[-1, '', 'prefix', 1, 0, 1]])[0]!.name).toBe('(empty)');
});

test('a part has the glob of what is below it, quoted for a shell, where its address can be told', () => {
  expect(parts.map(globBelow)).toEqual([
    undefined,
    "'redis/*'",
    "'redis/*'",
    `'redis/it'\\''s[*]:*'`,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
