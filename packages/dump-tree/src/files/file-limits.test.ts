import { closeSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { replaceCall } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { InputTree } from '../input/input-tree.ts';
import { OpenFile } from '../input/open-file.ts';
import { JsonReader } from '../json/json-reader.ts';
import { JsonSequence } from '../json/json-sequence.ts';
import { Keymap } from '../names/keymap.ts';
import { ANY_BYTES, DESCRIPTION_JSON, type FileLimit, ROW_BYTES, ROW_JSON } from './file-limits.ts';
import { LineReader } from './line-reader.ts';
import { readWholeFile } from './whole-files.ts';

const GIB = 2 ** 30;

/** A file that begins with some bytes and goes on as a hole. */
function sparse(size: number, beginning = ''): { root: string; path: string; tree: InputTree } {
  const root = temporaryFolder();
  plant(root, { file: beginning });
  truncateSync(join(root, 'file'), size);
  return { root, path: join(root, 'file'), tree: new InputTree(root) };
}

/** Bytes that `work` reads, by the calls it makes, and the message of the DataError that it ends with. */
function refused(work: () => unknown): { message: string; bytes: number } {
  let bytes = 0;
  replaceCall('readSync', (original, ...args) => {
    const read = original(...args) as number;
    bytes += read;
    return read;
  });
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return { message: (error as Error).message, bytes };
  }
  throw new Error('nothing was refused');
}

test.each([
  ['a row', ROW_BYTES, 268_435_499],
  ['the JSON of a row', ROW_JSON, 1_610_612_994],
  ['a description', DESCRIPTION_JSON, 16_777_216],
] as ReadonlyArray<[string, FileLimit, number]>)(
  'a file above the limit of %s is refused with size and limit before its first byte is read',
  (_, limit, bytes) => {
    const { root, tree } = sparse(10 * GIB);
    const before = process.memoryUsage().rss;
    expect(refused(() => tree.read('file', limit))).toEqual({
      message: `${root}/file is too large: 10737418240 bytes, the limit for ${limit.what} is ${bytes}; ${limit.advice}`,
      bytes: 0,
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
  },
);

test('a file as large as the limit is read, one byte more is refused', () => {
  const root = temporaryFolder();
  plant(root, { file: 'x'.repeat(100), more: 'x'.repeat(101) });
  const tree = new InputTree(root);
  const limit = { ...ROW_BYTES, bytes: 100 };
  expect(tree.read('file', limit)).toHaveLength(100);
  expect(refused(() => tree.read('more', limit)).bytes).toBe(0);
});

test('a file by itself has the same limit', () => {
  const { path } = sparse(300 << 20, '{}');
  const fd = openSync(path, 'r');
  const { message, bytes } = refused(() => readWholeFile(path, fd, 300 << 20, DESCRIPTION_JSON));
  expect(message).toContain(`${path} is too large: 314572800 bytes, the limit for a description is 16777216`);
  expect(bytes).toBe(0);
  closeSync(fd);
});

test.each([
  ['', ':1:1: this is not a JSON value'],
  ['\n  hello', ':2:3: this is not a JSON value'],
  ['\xef\xbb\xbf{}', ':1:1: a byte order mark is not allowed'],
  ['{"a":\n"b', ':2:3: a NUL byte is in no JSON text; the file is damaged, restore it'],
  [' '.repeat(70_000), ':1:70001: a NUL byte is in no JSON text; the file is damaged, restore it'],
])('large JSON that begins with %j and is a hole then is refused after a first look', (beginning, message) => {
  const { root, tree } = sparse(GIB);
  writeFileSync(join(root, 'file'), Buffer.from(beginning, 'latin1'));
  truncateSync(join(root, 'file'), GIB);
  const found = refused(() => tree.read('file', ROW_JSON));
  expect(found.message).toBe(`${root}/file${message}`);
  expect(found.bytes).toBeLessThan(5 << 20);
});

test('large JSON comes whole through its looks', () => {
  const root = temporaryFolder();
  const content = `{"a":"${'x'.repeat(9 << 20)}"}`;
  plant(root, { file: content });
  expect(new InputTree(root).read('file', ROW_JSON).equals(Buffer.from(content))).toBe(true);
});

test('a file of any bytes may hold NUL', () => {
  const { tree } = sparse(1 << 20);
  expect(tree.read('file', ANY_BYTES)).toHaveLength(1 << 20);
});

const FEW_BYTES = 20 << 20;

test.each([
  ['at the beginning', '', ':1: a NUL byte'],
  ['behind a value', '{"a":1}\n', ':2: a NUL byte'],
  ['in a text', '{"a":1}\n{"b":"', ':2: a NUL byte'],
])('a hole in a sequence of values, %s, is refused with its line, not read', (_, beginning, message) => {
  const { path } = sparse(10 * GIB, beginning);
  const file = new OpenFile(openSync(path, 'r'), 'FILE', 0);
  const reader = new JsonReader();
  const found = refused(() => {
    const sequence = new JsonSequence(file, reader, 1_610_612_994);
    while (sequence.next()) reader.skip();
  });
  expect(found.message).toContain(`FILE${message}`);
  expect(found.bytes).toBeLessThan(FEW_BYTES);
  file.close();
});

test('a value beyond the cap of a sequence takes no more memory than the cap and a block', () => {
  const root = temporaryFolder();
  plant(root, { file: `"${'a'.repeat(12 << 20)}"` });
  const file = new OpenFile(openSync(join(root, 'file'), 'r'), 'FILE', 0);
  const found = refused(() => new JsonSequence(file, new JsonReader(), 1 << 20).next());
  expect(found.message).toBe('FILE:1: a value is longer than 1048576 bytes');
  expect(found.bytes).toBeLessThanOrEqual((1 << 20) + (1 << 16));
  file.close();
});

test('a line without an end is refused at its cap', () => {
  const { path, root, tree } = sparse(10 * GIB, 'a\n');
  const file = new OpenFile(openSync(path, 'r'), 'FILE', 0);
  const refuse = new LineReader(file, 1 << 20);
  expect(refused(() => refuse.next() && refuse.next())).toMatchObject({
    message: 'FILE:2: a line is longer than 1048576 bytes',
  });
  const cut = new LineReader(file, 1 << 20, 'cut');
  const found = refused(() => {
    while (cut.next());
  });
  expect(found.message).toBe('FILE:2: a line is longer than 67108864 bytes');
  expect(found.bytes).toBeLessThan(100 << 20);
  file.close();
  const keymap = refused(() => Keymap.read(tree, 'file'));
  expect(keymap.message).toContain(`${root}/file:1`);
  expect(keymap.bytes).toBeLessThan(FEW_BYTES);
});
