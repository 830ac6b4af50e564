import { hash } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataError, EnvironmentError } from '@ekv/snapshot';
import { replaceCall, restoreCalls, systemError } from '@ekv/test-support/file-calls';
import { makeFifo } from '@ekv/test-support/system-program';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { ANY_BYTES } from '../files/file-limits.ts';
import { TreeReadError } from '../files/tree-read-error.ts';
import { sha256Of } from '../files/whole-files.ts';
import { InputTree } from './input-tree.ts';

function treeOf(files: Record<string, string | Uint8Array>): { root: string; tree: InputTree } {
  const root = temporaryFolder();
  plant(root, files);
  return { root, tree: new InputTree(root) };
}

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return (error as Error).message;
  }
  throw new Error('nothing was refused');
}

/** Both ways to get at a file. */
const WAYS = [
  ['read', (tree: InputTree, path: string) => tree.read(path, ANY_BYTES)],
  ['opened', (tree: InputTree, path: string) => tree.openOptional(path)],
] as const;

test.each([0, 1, 65_535, 65_536, 65_537, 300_000])('a file of %i bytes is read whole', (size) => {
  const content = Buffer.alloc(size, 'abcdefg');
  const { tree } = treeOf({ 'redis/file': content, 'redis/small': 'S' });
  expect(Buffer.from(tree.read('redis/file', ANY_BYTES)).equals(content)).toBe(true);
  expect(tree.read('redis/small', ANY_BYTES).toString()).toBe('S');
  expect(Buffer.from(tree.read('redis/file', ANY_BYTES)).equals(content)).toBe(true);
});

test('a file that is opened is given with its size and its name, and read from any position', () => {
  const { tree } = treeOf({ 'a/b': 'content' });
  const file = tree.openOptional('a/b')!;
  const bytes = Buffer.alloc(20);
  expect(bytes.toString('latin1', 0, file.read(0, bytes, 0, 20))).toBe('content');
  expect(bytes.toString('latin1', 0, file.read(4, bytes, 0, 20))).toBe('ent');
  expect([file.byteLength, file.name]).toEqual([7, tree.display('a/b')]);
  file.close();
  file.close();
});

test.each(['gone', 'a/gone', 'gone/b', 'a/b/c', 'n'.repeat(300), `${'n'.repeat(300)}/x`, 'a/nul\0byte', 'nul\0byte/a'])(
  'there is no file %s',
  (path) => {
    const { tree } = treeOf({ 'a/b': 'B' });
    expect(tree.readOptional(path, ANY_BYTES)).toBeUndefined();
    expect(tree.openOptional(path)).toBeUndefined();
    expect(refusal(() => tree.read(path, ANY_BYTES))).toMatch(/ is missing$/);
  },
);

test.each(WAYS)('a symlink is not %s, wherever it points', (_, get) => {
  const { root, tree } = treeOf({ 'redis/file': 'F' });
  symlinkSync('file', join(root, 'redis/link'));
  symlinkSync('nowhere', join(root, 'redis/dangling'));
  for (const name of ['link', 'dangling']) {
    expect(refusal(() => get(tree, `redis/${name}`))).toBe(
      `${root}/redis/${name} is a symlink; links are not followed, copy the file itself`,
    );
  }
});

test.each(WAYS)('nothing is %s through a symlink on the way, not even after a file beside it', (_, get) => {
  const { root, tree } = treeOf({ 'redis/real/file': 'F', 'redis/real/deep/file': 'F', 'redis/file': 'F' });
  symlinkSync('real', join(root, 'redis/link'));
  get(tree, 'redis/file');
  for (const path of ['redis/link/file', 'redis/link/deep/file', 'redis/link/gone'])
    expect(refusal(() => get(tree, path))).toBe(`${root}/redis/link is a symlink; links are not followed`);
  expect(refusal(() => tree.isFolder('redis/link/deep'))).toContain('redis/link is a symlink');
  expect(refusal(() => [...tree.entries('redis/link/deep')])).toContain('redis/link is a symlink');
  expect(get(tree, 'redis/real/deep/file')).toBeDefined();
});

test('the root itself may be a symlink', () => {
  const { root } = treeOf({ 'redis/file': 'F' });
  const link = join(temporaryFolder(), 'link');
  symlinkSync(root, link);
  const tree = new InputTree(`${link}/`);
  expect(tree.isFolder('redis')).toBe(true);
  expect(tree.read('redis/file', ANY_BYTES).toString()).toBe('F');
});

test.each(WAYS)('a hard link is not %s, and the message says how to copy the tree', (_, get) => {
  const { root, tree } = treeOf({ 'redis/file': 'F' });
  linkSync(join(root, 'redis/file'), join(root, 'redis/twin'));
  expect(refusal(() => get(tree, 'redis/twin'))).toBe(
    `${root}/redis/twin is hard-linked (2 names); copy the tree with "cp -r" and encode the copy`,
  );
});

test.each(WAYS)('a FIFO is not %s and does not block', (_, get) => {
  const { root, tree } = treeOf({ 'redis/file': 'F' });
  makeFifo(join(root, 'redis/fifo'));
  expect(refusal(() => get(tree, 'redis/fifo'))).toBe(`${root}/redis/fifo must be a regular file, it is a FIFO`);
});

test.each(WAYS)('a folder is not %s', (_, get) => {
  const { root, tree } = treeOf({ 'redis/folder/file': 'F' });
  expect(refusal(() => get(tree, 'redis/folder'))).toBe(`${root}/redis/folder must be a regular file, it is a folder`);
});

test.each(WAYS)('a device is not %s', (_, get) => {
  expect(refusal(() => get(new InputTree('/dev'), 'null'))).toBe('/dev/null must be a regular file, it is a device');
});

test.each(WAYS)('a socket is not %s', async (_, get) => {
  const { root, tree } = treeOf({});
  const server = createServer();
  await new Promise<void>((listening) => server.listen(join(root, 'socket'), listening));
  expect(refusal(() => get(tree, 'socket'))).toBe(`${root}/socket is a socket; only regular files are read`);
  server.close();
});

test('a path does not leave the tree', () => {
  const { tree } = treeOf({ 'a/b': 'B', 'c/d': 'D' });
  for (const path of ['a/../c/d', './a/b', '../x/y', 'a//b', 'a/./b']) {
    expect(refusal(() => tree.read(path, ANY_BYTES))).toMatch(
      /is no path inside the tree; "\." and "\.\." are not followed$/,
    );
    expect(refusal(() => tree.isFolder(path))).toContain('is no path inside the tree');
  }
});

test('a file that grows while it is read is refused', () => {
  // What the kernel makes up when it is asked has the size 0 before.
  expect(readFileSync('/proc/self/status').length).toBeGreaterThan(0);
  expect(refusal(() => new InputTree('/proc/self').read('status', ANY_BYTES))).toBe(
    '/proc/self/status changed while it was read; stop what writes to the tree, then run again',
  );
});

test('a file that shrinks while it is read is refused', () => {
  const { root, tree } = treeOf({ file: 'content' });
  replaceCall('fstatSync', (original, ...args) => {
    const stat = original(...args);
    writeFileSync(join(root, 'file'), 'cont');
    return stat;
  });
  expect(refusal(() => tree.read('file', ANY_BYTES))).toContain('changed while it was read');
});

test('a file that comes in small pieces is read whole', () => {
  const { tree } = treeOf({ file: 'content' });
  replaceCall('readSync', (original, fd: never, buffer: never, offset: never, length: number, position: never) =>
    original(fd, buffer, offset, Math.min(length, 3) as never, position),
  );
  expect(tree.read('file', ANY_BYTES).toString()).toBe('content');
});

test('names are bytes, also those that are not UTF-8', () => {
  const { root, tree } = treeOf({ 'redis/\xff\xfe': '1', 'redis/\xc3\xa9/x': '2' });
  expect([...tree.entries('redis')].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
    { name: '\xc3\xa9', kind: 'folder' },
    { name: '\xff\xfe', kind: 'file' },
  ]);
  expect(tree.read('redis/\xff\xfe', ANY_BYTES).toString()).toBe('1');
  expect(tree.read('redis/\xc3\xa9/x', ANY_BYTES).toString()).toBe('2');
  expect(refusal(() => tree.read('redis/\xff', ANY_BYTES))).toBe(`${root}/redis/\\xff is missing`);
  expect(tree.display('redis/\xc3\xa9/a\nb')).toBe(`${root}/redis/é/a\\x0ab`);
});

const isLocal = [0xef53, 0x58465342, 0x01021994].includes(statfsSync(tmpdir()).type);

test.runIf(isLocal).each([200, 4000])(
  'a folder of %i entries in which a file is replaced while it is listed is refused: on some file systems its name is missing then',
  { timeout: 60_000 },
  async (count) => {
    const root = temporaryFolder();
    plant(root, Object.fromEntries(Array.from({ length: count }, (_, i) => [`redis/${i}`, ''])));
    const tree = new InputTree(root);
    expect([...tree.entries('redis')]).toHaveLength(count);
    await sleep(20);
    const replace = () => {
      plant(root, { next: 'next' });
      renameSync(join(root, 'next'), join(root, 'redis/1'));
    };
    // A small folder is listed by one call.
    replaceCall('readdirSync', (original, ...given) => {
      const entries = original(...given);
      replace();
      return entries;
    });
    const list = () => {
      for (const { name } of tree.entries('redis')) if (name === '1') replace();
    };
    expect(list).toThrow(
      new TreeReadError(`${root}/redis changed while it was listed; stop what writes to the tree, then run again`),
    );
  },
);

test('entries tell files, folders, links and special files apart', () => {
  const { root, tree } = treeOf({ 'redis/file': 'F', 'redis/folder/x': 'X' });
  symlinkSync('folder', join(root, 'redis/link'));
  symlinkSync('nowhere', join(root, 'redis/dangling'));
  makeFifo(join(root, 'redis/fifo'));
  const expected = { file: 'file', folder: 'folder', link: 'link', dangling: 'link', fifo: 'special' };
  expect(Object.fromEntries([...tree.entries('redis')].map(({ name, kind }) => [name, kind]))).toEqual(expected);
});

test('a folder that is listed in several pieces is listed whole', () => {
  const { root, tree } = treeOf({});
  mkdirSync(join(root, 'many'));
  for (let i = 0; i < 1100; i++) writeFileSync(join(root, 'many', `${i}`), '');
  expect(new Set([...tree.entries('many')].map(({ name }) => name)).size).toBe(1100);
});

test('a listing that is left before its end leaves nothing open', () => {
  const { tree } = treeOf({ 'a/b': '', 'a/c': '', 'a/d': '' });
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let i = 0; i < 20; i++) {
    for (const { kind } of tree.entries('a')) {
      expect(kind).toBe('file');
      break;
    }
  }
  expect(open()).toBe(before);
});

test.each(WAYS)('a file that cannot be %s leaves nothing open', (_, get) => {
  const { root, tree } = treeOf({ file: 'F' });
  linkSync(join(root, 'file'), join(root, 'twin'));
  const open = () => readdirSync('/proc/self/fd').length;
  const before = open();
  for (let i = 0; i < 20; i++) refusal(() => get(tree, 'file'));
  expect(open()).toBe(before);
});

test('a folder is one, or missing, or something else that is refused', () => {
  const { root, tree } = treeOf({ 'redis/db_0/x': 'X', s3: 'a file' });
  symlinkSync('redis', join(root, 'sqs'));
  makeFifo(join(root, 'dynamodb'));
  expect(tree.isFolder('redis')).toBe(true);
  expect(tree.isFolder('redis/db_0')).toBe(true);
  expect(tree.isFolder('redis/db_1')).toBe(false);
  expect(tree.isFolder('gone/db_0')).toBe(false);
  expect(refusal(() => tree.isFolder('s3'))).toBe(`${root}/s3 must be a folder, it is a regular file`);
  expect(refusal(() => tree.isFolder('sqs'))).toBe(
    `${root}/sqs must be a folder, it is a symlink; links are not followed`,
  );
  expect(refusal(() => tree.isFolder('dynamodb'))).toBe(`${root}/dynamodb must be a folder, it is a FIFO`);
  expect(refusal(() => [...tree.entries('gone')])).toBe(`the folder ${root}/gone is missing`);
});

test.each(['EACCES', 'EPERM', 'EIO', 'EMFILE', 'ENFILE', 'ENOMEM', 'ESTALE'])(
  'what the machine refuses with %s is its own fault, not one of the data, at every call',
  (code) => {
    const { root, tree } = treeOf({ 'redis/file': 'F' });
    const calls = [
      ['openSync', () => tree.read('redis/file', ANY_BYTES)],
      ['openSync', () => tree.openOptional('redis/file')],
      ['readSync', () => tree.read('redis/file', ANY_BYTES)],
      ['fstatSync', () => tree.read('redis/file', ANY_BYTES)],
      ['lstatSync', () => tree.isFolder('redis')],
      // Which of the two lists it depends on the file system.
      [['opendirSync', 'readdirSync'], () => [...tree.entries('redis')]],
    ] as const;
    for (const [call, work] of calls) {
      for (const one of [call].flat()) {
        replaceCall(one, () => {
          throw systemError(code);
        });
      }
      expect(work, String(call)).toThrow(EnvironmentError);
      expect(work, String(call)).toThrow(`${root}/redis`);
      expect(work, String(call)).toThrow(code);
      restoreCalls();
    }
  },
);

test('what stands in the way of a path is a fault of the tree', () => {
  const { root } = treeOf({ 'redis/file': 'F' });
  expect(() => new InputTree(join(root, 'redis/file')).read('MANIFEST.json', ANY_BYTES)).toThrow(TreeReadError);
});

test('a digest of more bytes than one call takes is that of the bytes', () => {
  const bytes = Buffer.from('abc'.repeat(100));
  expect(sha256Of(bytes, 64)).toBe(hash('sha256', bytes, 'hex'));
});

test('a file that does not fit into memory is refused by its name and size', () => {
  const { root, tree } = treeOf({ file: 'F' });
  const whatever = { ...ANY_BYTES, bytes: 2 ** 53 };
  replaceCall('fstatSync', (original, ...args) => Object.assign(original(...args) as object, { size: 2 ** 53 - 2 }));
  expect(() => tree.read('file', whatever)).toThrow(EnvironmentError);
  expect(() => tree.read('file', whatever)).toThrow(
    `${root}/file has 9007199254740990 bytes, more than fit into memory at once`,
  );
});
