import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareTrees } from './compare-trees.ts';
import { readFloor, sequentialWriteFloor, writeFloor } from './floors.ts';
import { generateRedisTree } from './generate-redis-tree.ts';
import { scratchFolder } from './scratch-folder.test-data.ts';

const folder = scratchFolder();
const tree = join(folder, 'tree');
const { files } = generateRedisTree(tree, { records: 300, valueBytes: 4000, seed: 1 });

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
