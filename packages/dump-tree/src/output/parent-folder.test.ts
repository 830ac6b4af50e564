import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, EnvironmentError, ScratchFolder } from '@ekv/snapshot';
import { systemError } from '@ekv/test-support/file-calls';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ParentFolder } from './parent-folder.ts';
import { StagedTree } from './staged-tree.ts';

const scratch = new ScratchFolder();
const workingFolder = process.cwd();
afterEach(() => {
  scratch.remove();
  process.chdir(workingFolder);
});

let parent: string;
beforeEach(() => {
  parent = join(temporaryFolder(), 'parent');
  mkdirSync(parent);
});

const moved = () => `${parent}-moved`;

const SWAPS: readonly (readonly [string, string, () => void])[] = [
  ['moved', 'moved or removed', () => renameSync(parent, moved())],
  ['removed', 'moved or removed', () => rmSync(parent, { recursive: true })],
  [
    'replaced by another folder',
    'put another folder in the place of',
    () => {
      renameSync(parent, moved());
      mkdirSync(parent);
    },
  ],
  [
    'replaced by a file',
    'put a file in the place of',
    () => {
      renameSync(parent, moved());
      writeFileSync(parent, '');
    },
  ],
  ...(
    [
      ['another folder', () => temporaryFolder()],
      ['nothing', () => `${parent}-nothing`],
      ['itself', () => parent],
    ] as const
  ).map(
    ([what, to]) =>
      [
        `replaced by a link to ${what}`,
        'put a link in the place of',
        () => {
          renameSync(parent, moved());
          symlinkSync(to(), parent);
        },
      ] as const,
  ),
];

const TARGETS = {
  missing: () => join(parent, 'out'),
  'an earlier dump': () => {
    plant(parent, { 'out/MANIFEST.json': 'earlier' });
    return join(parent, 'out');
  },
  'filled in place': () => {
    mkdirSync(join(parent, 'out'));
    process.chdir(join(parent, 'out'));
    return '.';
  },
};

describe.each(Object.keys(TARGETS) as (keyof typeof TARGETS)[])('a target that is %s', (kind) => {
  test.each(SWAPS)('in a folder that is %s under the run: the error says so, and what to do', (_, deed, swap) => {
    const tree = StagedTree.create(TARGETS[kind](), { scratch, force: true });
    tree.file('redis/a', Buffer.from('A'));
    swap();
    const publish = () => {
      tree.file('redis/b', Buffer.from('B'));
      tree.publish(Buffer.from('new'));
    };
    expect(publish).toThrow(EnvironmentError);
    expect(publish).toThrow(
      `another user or program ${deed} ${parent}, the folder of the output, while this run worked, so nothing was put there; choose an output in a folder that stays, and run again`,
    );
    tree.abandon();
    process.chdir(workingFolder);
    if (kind === 'an earlier dump' && lstatSync(moved(), { throwIfNoEntry: false })) {
      expect(readFileSync(join(moved(), 'out/MANIFEST.json'), 'utf8')).toBe('earlier');
    }
  });
});

test('a tree is put into a folder to which a link leads, also when that link comes while the run works', () => {
  const link = `${parent}-link`;
  symlinkSync(parent, link);
  const tree = StagedTree.create(join(link, 'out'), { scratch });
  tree.file('redis/a', Buffer.from('A'));
  renameSync(parent, moved());
  symlinkSync(moved(), parent);
  tree.publish(Buffer.from('new'));
  expect(readFileSync(join(moved(), 'out/MANIFEST.json'), 'utf8')).toBe('new');
});

test('what is wrong with data, and a defect, are not laid to the folder; nor is anything as long as it stays', () => {
  const folder = new ParentFolder(parent);
  const machine = systemError('ENOENT');
  expect(folder.explained(machine)).toBe(machine);
  rmSync(parent, { recursive: true });
  for (const error of [new DataError('bad'), new TypeError('defect')]) expect(folder.explained(error)).toBe(error);
  expect(folder.explained(machine)).toMatchObject({ cause: machine });
  // It was not there in the beginning.
  expect(new ParentFolder(parent).explained(machine)).toBe(machine);
});
