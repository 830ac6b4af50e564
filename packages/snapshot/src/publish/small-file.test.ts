import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFifo } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, expect, test } from 'vitest';
import { DataError } from '../errors.ts';
import { readOwner } from './run-owner.ts';
import { readSmallFile, type SmallFile } from './small-file.ts';

const KIND: SmallFile = { what: 'a note', limit: 10, links: 'refused' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'note');
});

test('a file up to the limit is read, and one that is not there is nothing', () => {
  expect(readSmallFile(path, KIND)).toBeUndefined();
  expect(readSmallFile(join(path, 'below'), KIND)).toBeUndefined();
  expect(readSmallFile(join(folder, 'x'.repeat(300)), KIND)).toBeUndefined();
  for (const text of ['', 'short', '0123456789']) {
    writeFileSync(path, text);
    expect(readSmallFile(path, KIND)?.toString()).toBe(text);
  }
  linkSync(path, join(folder, 'second'));
  expect(readSmallFile(path, KIND)?.toString()).toBe('0123456789');
});

test('a larger file is refused, however large it is, and no more of it is read', () => {
  writeFileSync(path, '0123456789a');
  expect(() => readSmallFile(path, KIND)).toThrow(`${path} has 11 bytes, more than a note has`);
  truncateSync(path, 2 ** 40);
  expect(() => readSmallFile(path, KIND)).toThrow(DataError);
});

test('a pipe, a folder and a link are refused at once', () => {
  makeFifo(path);
  mkdirSync(join(folder, 'folder'));
  symlinkSync('folder', join(folder, 'link'));
  for (const name of ['note', 'folder', 'link']) {
    expect(() => readSmallFile(join(folder, name), KIND)).toThrow(`${join(folder, name)} is not a regular file`);
  }
});

test('a link is followed where that is wanted, but not to a pipe', () => {
  writeFileSync(path, 'text');
  symlinkSync('note', join(folder, 'link'));
  makeFifo(join(folder, 'pipe'));
  symlinkSync('pipe', join(folder, 'link to a pipe'));
  expect(readSmallFile(join(folder, 'link'), { ...KIND, links: 'followed' })?.toString()).toBe('text');
  expect(() => readSmallFile(join(folder, 'link to a pipe'), { ...KIND, links: 'followed' })).toThrow(DataError);
});

test('what has the name of an owner file and is a pipe, or is large, tells no owner', () => {
  makeFifo(path);
  expect(readOwner(path, '0123456789abcdef')).toBeUndefined();
  writeFileSync(join(folder, 'large'), '');
  truncateSync(join(folder, 'large'), 2 ** 40);
  expect(readOwner(join(folder, 'large'), '0123456789abcdef')).toBeUndefined();
});
