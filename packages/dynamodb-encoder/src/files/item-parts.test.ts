import { expect, test } from 'vitest';
import { partName, partNumber, wholeOfPart } from './item-parts.ts';

test('a part has at least five digits, and its number can be read from its name', () => {
  expect(partName(1)).toBe('data-00001.jsonl');
  expect(partName(99_999)).toBe('data-99999.jsonl');
  expect(partName(100_000)).toBe('data-100000.jsonl');
  const wrong = Array.from({ length: 100_001 }, (_, i) => i + 1).filter(
    (number) => partNumber(partName(number)) !== number,
  );
  expect(wrong).toEqual([]);
});

test.each([
  'data-00000.jsonl',
  'data-1.jsonl',
  'data-000001.jsonl',
  'data-00001.json',
  'data-00001.jsonl.gz',
  'Data-00001.jsonl',
  'data--0001.jsonl',
  'data-0x001.jsonl',
])('%s is the name of no part', (name) => {
  expect(partNumber(name)).toBeUndefined();
});

test('all parts of a table are one whole, those of other tables and other files are not in it', () => {
  expect(wholeOfPart('dynamodb/t/items/data-00001.jsonl')).toBe('dynamodb/t/items/data-*.jsonl');
  expect(wholeOfPart('dynamodb/t/items/data-00002.jsonl')).toBe('dynamodb/t/items/data-*.jsonl');
  expect(wholeOfPart('dynamodb/u/items/data-00001.jsonl')).toBe('dynamodb/u/items/data-*.jsonl');
  for (const other of ['dynamodb/t/_schema.json', 'dynamodb/t/items/a.json', 'dynamodb/t/items/x/data-00001.jsonl']) {
    expect(wholeOfPart(other)).toBeUndefined();
  }
});
