import { expect, test } from 'vitest';
import { bytesText, countText, shareText } from './numbers.ts';

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1.0 KiB'],
  [1_048_575, '1.0 MiB'],
  [1_204_224, '1.1 MiB'],
  [2 ** 40, '1.0 TiB'],
  [2 ** 53, '8.0 PiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test('counts have commas', () => {
  expect(countText(1_204_224)).toBe('1,204,224');
});

test.each([
  [0, 5, '0%'],
  [1, 3, '33.3%'],
  [3, 3, '100.0%'],
  [1, 1e9, '<0.1%'],
  [1e9 - 1, 1e9, '>99.9%'],
  [0, 0, '0%'],
])('%d of %d is %s', (part, all, text) => {
  expect(shareText(part, all)).toBe(text);
});
