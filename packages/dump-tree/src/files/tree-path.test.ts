import { mkdirSync, readdirSync } from 'node:fs';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { displayPath, nativePath } from './tree-path.ts';

const bytes = (text: string) => Buffer.from(text).toString('latin1');

test.each([
  ['ASCII as it is', 'redis/db_0/strings/a%20b.bin', 'redis/db_0/strings/a%20b.bin'],
  ['valid UTF-8 as text', bytes('s3/b/é😀'), 's3/b/é😀'],
  ['a line feed and a backslash', 's3/b/a\n\\b', 's3/b/a\\x0a\\b'],
  ['a next-line character of two bytes', bytes('a\u0085b'), 'a\\xc2\\x85b'],
  ['a line separator', bytes('a\u2028b'), 'a\\xe2\\x80\\xa8b'],
  ['a character that turns the writing direction', bytes('a\u202eb'), 'a\\xe2\\x80\\xaeb'],
  ['bytes that are not UTF-8', '\xff\xfe/\xc3\xa9', '\\xff\\xfe/\\xc3\\xa9'],
])('a message shows %s', (_, path, shown) => {
  expect(displayPath(path)).toBe(shown);
});

test('whatever the path, a message stays one line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (path) => {
      expect(displayPath(Buffer.from(path).toString('latin1'))).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
    }),
  );
});

test('a byte string names the file with these bytes', () => {
  const root = temporaryFolder();
  mkdirSync(nativePath(root, '\xff\xfe'));
  mkdirSync(nativePath(root, 'plain'));
  const names = readdirSync(root, { encoding: 'buffer' }).map((name) => name.toString('hex'));
  expect(names.sort()).toEqual([Buffer.from('plain').toString('hex'), 'fffe']);
});
