import { expect, test } from 'vitest';
import { encodedObjects, sidecarOf } from '../hand-made-tree.test-data.ts';

const HASHED = 'e3b0c44298fc1c149afbf4c8996fb924__';
const FILES = { body: '', sidecar: sidecarOf('') };
const line = `{"encoded":"photos/${HASHED}","original":"cGhvdG9zLw","kind":"sha-fallback"}\n`;

const found = (paths: readonly string[], others: Readonly<Record<string, string>> = {}) =>
  encodedObjects(Object.fromEntries(paths.map((path) => [path, FILES])), { others }).warnings;

test.each([
  ['a hashed name', `photos/${HASHED}`],
  ['a hashed folder', `${HASHED}/x`],
  ['the suffix of an object that is a folder too', 'a.elastickv-leaf-data'],
  ['the suffix of a sidecar-like key', 'a.elastickv-meta.json.user-data'],
])('%s without a key map and without CHECKSUMS is a doubt', (_, path) => {
  expect(found([path])).toMatchObject([{ event: 'keymap_without_checksums', doubt: true, fields: { count: 1 } }]);
});

test('a key map without CHECKSUMS is a doubt', () => {
  expect(found([`photos/${HASHED}`], { 's3/bucket/KEYMAP.jsonl': line })).toMatchObject([
    { event: 'keymap_without_checksums', fields: { count: 1, example: expect.stringMatching(/KEYMAP\.jsonl$/) } },
  ]);
});

test('with CHECKSUMS neither is one', () => {
  expect(found([`photos/${HASHED}`], { 's3/bucket/KEYMAP.jsonl': line, CHECKSUMS: 'x' })).toEqual([]);
  expect(found(['a.elastickv-leaf-data'], { CHECKSUMS: 'x' })).toEqual([]);
});

test('an empty key map and plain names need none', () => {
  expect(found(['a__b', `x${HASHED}`, 'user-data'], { 's3/bucket/KEYMAP.jsonl': '' })).toEqual([]);
});
