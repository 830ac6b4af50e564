import { InputTree, type TreeFile } from '@ekv/dump-tree';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { compactValues, sameButForWhiteSpace, WhiteSpaceComparison } from './json-formatting.ts';

const open: TreeFile[] = [];
afterEach(() => {
  for (const file of open.splice(0)) file.close();
});

function fileOf(text: string): TreeFile {
  const root = temporaryFolder();
  plant(root, { 'file.json': text });
  const file = new InputTree(root).openOptional('file.json')!;
  open.push(file);
  return file;
}

const same = (one: string, other: string) => sameButForWhiteSpace(Buffer.from(one), Buffer.from(other));

test('white space between values does not count, in a string it does', () => {
  expect(same('{"a b":[1,2]}\n', '{ "a b" :\t[1,\r\n 2 ] }')).toBe(true);
  expect(same('{"a b":1}', '{"ab":1}')).toBe(false);
  expect(same('{"a":"\\" x"}', '{"a":"\\"x"}')).toBe(false);
  expect(same('{"a":"\\\\"} ', '{"a":"\\\\" }')).toBe(true);
});

test('a large file is compared in pieces, from the place where it is no longer byte-equal', () => {
  const values = Array.from({ length: 30_000 }, (_, i) => `{"n": ${i}, "text": "a b\\"${i}"}`);
  const decoded = Buffer.from(values.join('\n'));
  const offset = Buffer.from(values.slice(0, 10_000).join('\n')).length - 3;
  const spread = `${decoded.toString('latin1', 0, offset)}${decoded.toString('latin1', offset).replaceAll('}\n', '  }\n\n\n')}\n`;
  const verdict = (input: string) => {
    const comparison = new WhiteSpaceComparison(fileOf(input), offset);
    for (let at = offset; at < decoded.length; at += 70_001) comparison.take(decoded.subarray(at, at + 70_001));
    return comparison.isSame();
  };
  expect(verdict(spread)).toBe(true);
  expect(verdict(`${spread}{}`)).toBe(false);
  expect(verdict(spread.slice(0, -20))).toBe(false);
  expect(verdict(spread.replace('"a b\\"29999"', '"ab\\"29999"'))).toBe(false);
});

test('values are found however they are spread over lines', () => {
  const text = ' {"a": "}\\"{"}\n{\n  "b": [1, {"c": 2}]\n}[ ]{"d":1}';
  const valuesFrom = (offset: number) => Array.from(compactValues(fileOf(text), offset), (value) => value.toString());
  expect(valuesFrom(0)).toEqual(['{"a":"}\\"{"}', '{"b":[1,{"c":2}]}', '[]', '{"d":1}']);
  expect(valuesFrom(text.indexOf('\n'))).toEqual(['{"b":[1,{"c":2}]}', '[]', '{"d":1}']);
});
