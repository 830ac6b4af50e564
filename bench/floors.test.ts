import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { copyFloor, digestOf, readFloor, sequentialWriteFloor, writeFloor } from './floors.ts';
import { twoThreadReadFloor, twoThreadWriteFloor } from './floors-of-two-threads.ts';
import { generateTree } from './generate-tree.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';
import { countFiles, halves, listFolders } from './tree-files.ts';

const folder = scratchFolder();
const tree = join(folder, 'tree');
const { files } = generateTree('redis', tree, { records: 300, valueBytes: 4000, seed: 1 });

test('the write floor writes each file of the tree', () => {
  const copy = join(folder, 'copy');
  writeFloor(tree, copy);
  expect(compareTrees(tree, copy)).toMatchObject({ files: files + 2, differences: 0 });
});

test('the read floor and the write floor handle the same files and bytes', () => {
  const read = readFloor(tree);
  const written = writeFloor(tree, join(folder, 'second copy'));
  expect({ files: written.files, bytes: written.bytes }).toEqual({ files: read.files, bytes: read.bytes });
});

test('the floor of a snapshot is a file of its size', () => {
  const path = join(folder, 'snapshot');
  sequentialWriteFloor(path, 3_000_001);
  expect(statSync(path).size).toBe(3_000_001);
});

test('two threads write each file of the tree, and read all of its bytes', async () => {
  const copy = join(folder, 'two threads');
  await twoThreadWriteFloor(tree, copy);
  expect(compareTrees(tree, copy)).toMatchObject({ files: files + 2, differences: 0 });
  expect((await twoThreadReadFloor(tree)).bytes).toBe(readFloor(tree).bytes);
});

test('halves of a tree have all files, half of them each, in order', () => {
  const folders = listFolders(tree);
  const [first, rest] = halves(folders);
  expect(countFiles(first)).toBe(countFiles(folders) >> 1);
  expect(first.map(({ files }, i) => [...files, ...rest[i]!.files])).toEqual(folders.map(({ files }) => files));
});

test('a copy has the digest of what was copied', () => {
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  writeFileSync(from, 'x'.repeat(3_000_001));
  copyFloor(from, to);
  expect(digestOf(to, 'md5')).toBe(digestOf(from, 'md5'));
});
