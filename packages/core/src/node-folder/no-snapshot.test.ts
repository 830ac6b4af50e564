import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { beforeEach, describe, expect, test } from 'vitest';
import { noSnapshot } from './no-snapshot.ts';
import { candidatesIn, findSnapshotFolder } from './snapshot-folder.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

function make(...paths: string[]): void {
  for (const path of paths) mkdirSync(join(folder, path), { recursive: true });
}

/** What an operator is told of a folder that gives no snapshot. */
function told(path: string): string {
  try {
    expect(candidatesIn(findSnapshotFolder(path))).toEqual([]);
  } catch (error) {
    return (error as Error).message;
  }
  return noSnapshot(path).message;
}

describe('a folder without a snapshot', () => {
  test('that is a dump, or a part of one, is told as such', () => {
    make('dump/redis/db_0', 'dump/s3/photos/2026/01');
    plant(folder, { 'dump/MANIFEST.json': '{}' });
    const dump = join(folder, 'dump');
    for (const part of ['redis', 'redis/db_0', 's3/photos/2026/01'])
      expect(told(join(dump, part))).toContain(`it is a part of the dump ${dump}; where a dump is taken, name that`);
    expect(told(dump)).toContain('it is a dump, which a decode has made');
  });

  test('of a node that has taken none says so, named itself or by the data folder', () => {
    make('n1/fsm-snap');
    for (const path of ['n1', 'n1/fsm-snap']) expect(told(join(folder, path))).toContain('no snapshot yet');
  });

  test('whose snapshots are gone, while their tokens are there, is not taken for that of a young node', () => {
    make('n1/fsm-snap', 'group-2/fsm-snap');
    plant(folder, { 'n1/snap/0000000000000001-0000000000000033.snap': '', 'n1/fsm-snap/1234.fsm.tmp': '' });
    for (const path of ['n1', 'n1/fsm-snap'])
      expect(told(join(folder, path))).toMatch(
        /holds no snapshot, though .*0000000000000033\.snap.* their files are gone/,
      );
  });

  test('that is a file is not looked into', () => {
    plant(folder, { 'a.fsm': '' });
    expect(told(join(folder, 'a.fsm'))).toMatch(
      /a\.fsm is a file, not the folder of a node; name a snapshot file with --input$/,
    );
  });

  test.each([
    ['in which the first is being written', () => plant(folder, { 'n1/fsm-snap/1234.fsm.tmp': '' })],
    ['of a node that has no folder of snapshots yet', () => make('n1/wal', 'n1/fsm.db')],
  ])('%s says that there is none yet', (_, plantNode) => {
    plantNode();
    expect(told(join(folder, 'n1'))).toContain('no snapshot yet');
  });

  test.each([
    ['its folders', 'n1', 'n2'],
    ['folders two levels below', 'a/g1', 'b/g2'],
  ])('that is the parent of several groups names them: %s', (_, one, two) => {
    make(`${one}/fsm-snap`, `${two}/fsm-snap`, 'other');
    const message = told(folder);
    expect(message).toContain(`${join(folder, one)}, ${join(folder, two)}; choose one`);
    expect(message).not.toContain('other');
  });

  test('names eight of many groups, and counts the others', () => {
    make(...Array.from({ length: 12 }, (_, i) => `n${10 + i}/fsm-snap`));
    expect(told(folder)).toMatch(/\/n17 and 4 more; choose one/);
  });

  test('that is none of a node says what is expected', () => {
    make('pictures');
    expect(told(folder)).toContain("name the node's fsm-snap folder");
  });
});

describe('a group of a node of several groups that has no folder of snapshots names the groups that have one', () => {
  test.each([
    ['its data folder', 'n1/group-3'],
    ['its data folder in which nothing is', 'n1/group-4'],
    ['one that is not there', 'n1/group-9'],
    ['its folder of snapshots, which is not there', 'n1/group-3/fsm-snap'],
  ])('%s', (_, path) => {
    make('n1/group-1/fsm-snap', 'n1/group-2/fsm-snap', 'n1/group-3/wal', 'n1/group-4');
    const message = told(join(folder, path));
    expect(message).toContain(`${join(folder, path)} holds no snapshot`);
    expect(message).toContain(`${join(folder, 'n1/group-1')}, ${join(folder, 'n1/group-2')}; choose one`);
    expect(message).not.toContain('group-4,');
  });

  test('one that has an empty folder of snapshots has none yet', () => {
    make('n1/group-1/fsm-snap', 'n1/group-2/fsm-snap');
    expect(told(join(folder, 'n1/group-2'))).toContain('no snapshot yet');
  });

  test('where no group has one, it is a node that has taken none', () => {
    make('n1/group-1/wal', 'n1/group-2/wal');
    expect(told(join(folder, 'n1/group-1'))).toContain('no snapshot yet');
  });
});

test('a folder that is not there is told as such', () => {
  expect(told(join(folder, 'nothing'))).toMatch(/nothing is not there; name the node's fsm-snap folder/);
  symlinkSync('nowhere', join(folder, 'link'));
  expect(told(join(folder, 'link'))).toMatch(/link is not there/);
});
