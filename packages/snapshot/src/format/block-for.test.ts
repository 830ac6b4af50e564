import { expect, test } from 'vitest';
import { blockFor } from './block-for.ts';

test('a small file is read with as much memory as it has bytes, and one byte at which its end shows', () => {
  expect(blockFor({ byteLength: 0 }, 1 << 16).length).toBe(1);
  expect(blockFor({ byteLength: 300 }, 1 << 16).length).toBe(301);
});

test('a large file is read with the block that is wanted', () => {
  expect(blockFor({ byteLength: 1 << 16 }, 1 << 16).length).toBe(1 << 16);
  expect(blockFor({ byteLength: 2 ** 40 }, 1 << 16).length).toBe(1 << 16);
});
