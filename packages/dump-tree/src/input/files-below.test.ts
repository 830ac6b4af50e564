import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { filesBelow } from './files-below.ts';
import { InputTree } from './input-tree.ts';
import { Problems } from './problems.ts';
import { StrayFiles } from './stray-files.ts';
import type { TreeEntry } from './tree-source.ts';

/** A chain of folders with a file in each. */
function chain(depth: number): string {
  const root = temporaryFolder();
  let path = join(root, 'a');
  for (let level = 0; level < depth; level++, path += '/d') {
    mkdirSync(path);
    writeFileSync(`${path}/f`, '');
  }
  return root;
}

const openFiles = () => readdirSync('/proc/self/fd').length;

test('everything below a folder is given once, whatever its depth and width', () => {
  const root = temporaryFolder();
  const paths = ['a/x', 'a/b/y', 'a/b/z', 'a/c/d/e/f', 'a/g/h'];
  plant(root, Object.fromEntries(paths.map((path) => [path, ''])));
  symlinkSync('b', join(root, 'a/link'));
  const found = [...filesBelow(new InputTree(root), 'a')];
  expect(found.map(({ path }) => path).sort()).toEqual([...paths, 'a/link'].sort());
  expect(found.find(({ path }) => path === 'a/link')!.kind).toBe('link');
});

test('a tree of 1100 folders in each other takes neither stack nor open files', { timeout: 30_000 }, () => {
  const tree = new InputTree(chain(1100));
  const before = openFiles();
  let most = 0;
  let count = 0;
  for (const { kind } of filesBelow(tree, 'a')) {
    expect(kind).toBe('file');
    if (count++ % 100 === 0) most = Math.max(most, openFiles());
  }
  expect(count).toBe(1100);
  expect(most - before).toBeLessThan(40);
  expect(openFiles()).toBe(before);
});

test('a walk that is left before its end leaves nothing open', () => {
  const tree = new InputTree(chain(20));
  const before = openFiles();
  for (const { kind } of filesBelow(tree, 'a')) {
    expect(kind).toBe('file');
    break;
  }
  expect(openFiles()).toBe(before);
});

test('a folder that cannot be listed is a problem, and the others are walked', () => {
  const root = temporaryFolder();
  plant(root, { 'a/b/x': '', 'a/c/y': '' });
  const problems = new Problems();
  const tree = new InputTree(root);
  const seen: string[] = [];
  const guard = (entries: Iterable<TreeEntry>) =>
    problems.guard(
      (function* () {
        for (const entry of entries) {
          if (entry.name === 'x') throw new DataError('unreadable');
          yield entry;
        }
      })(),
    );
  for (const { path } of filesBelow(tree, 'a', guard)) seen.push(path);
  expect(seen).toEqual(['a/c/y']);
  expect(problems.count).toBe(1);
});

test('a link among stray files, at any depth, is a problem', () => {
  const root = temporaryFolder();
  plant(root, { 'a/b/c/x': '', 'a/y': '' });
  symlinkSync('x', join(root, 'a/b/c/link'));
  const problems = new Problems();
  const strays = new StrayFiles(new InputTree(root), problems);
  strays.add('a', 'folder');
  expect(() => problems.throwIfAny()).toThrow(`${root}/a/b/c/link is a symlink`);
  const warnings: unknown[] = [];
  strays.report((warning) => warnings.push(warning), 'X');
  expect(warnings).toMatchObject([{ event: 'stray_files', fields: { count: 2 }, loss: true }]);
});
