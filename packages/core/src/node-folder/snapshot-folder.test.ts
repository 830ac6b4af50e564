import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EnvironmentError } from '@ekv/snapshot';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { findSnapshotFolder, nextOlder, type SnapshotFolder } from './snapshot-folder.ts';

let node: string;
beforeEach(() => {
  node = join(temporaryFolder(), 'node');
  mkdirSync(join(node, 'fsm-snap'), { recursive: true });
});

describe.each([
  ['snap', 'the folder of tokens'],
  ['fsm-snap', 'the folder of snapshots'],
])("what stands in the place of a node's folder %s and is none is refused, not taken for nothing", (name, what) => {
  test.each<[string, string, (path: string) => void]>([
    ['a link to nothing', 'is a symlink to nothing', (path) => symlinkSync('nowhere', path)],
    ['a link to itself', 'symlink', (path) => symlinkSync(name, path)],
    ['a regular file', 'is a regular file', (path) => writeFileSync(path, '')],
    [
      'a link to a file',
      'is a symlink to a regular file',
      (path) => {
        plant(node, { file: '' });
        symlinkSync('file', path);
      },
    ],
  ])('%s', (_, words, make) => {
    const path = join(node, name);
    rmSync(path, { recursive: true, force: true });
    make(path);
    expect(() => findSnapshotFolder(node)).toThrow(EnvironmentError);
    expect(() => findSnapshotFolder(node)).toThrow(words);
    expect(() => findSnapshotFolder(node)).toThrow(path);
    if (words !== 'symlink') expect(() => findSnapshotFolder(node)).toThrow(`where a node has ${what}`);
  });

  test('a link to a folder is as good', () => {
    rmSync(join(node, name), { recursive: true, force: true });
    mkdirSync(join(node, 'elsewhere'));
    symlinkSync('elsewhere', join(node, name));
    expect(findSnapshotFolder(node).path).toBe(join(node, 'fsm-snap'));
  });
});

describe('the next older snapshot, for an error', () => {
  const found = (): SnapshotFolder => findSnapshotFolder(node);

  test('is the newest regular file before the one that is refused', () => {
    plant(node, { 'fsm-snap/0000000000000001.fsm': '', 'fsm-snap/0000000000000002.fsm': '' });
    mkdirSync(join(node, 'fsm-snap/0000000000000003.fsm'));
    expect(nextOlder(found(), '0000000000000004')).toContain('0000000000000002.fsm, pass it with --input');
    expect(nextOlder(found(), '0000000000000001')).toBe('there is no older one');
  });

  test('hides no other error when the folder has gone meanwhile', () => {
    const folder = found();
    rmSync(node, { recursive: true });
    expect(nextOlder(folder, '0000000000000004')).toContain('cannot be read any more');
  });
});
