import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from '@ekv/test-support/system-program';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { InputTree } from '../input/input-tree.ts';
import { Problems } from '../input/problems.ts';
import { StrayFiles } from '../input/stray-files.ts';
import { removeTree } from '../output/remove-tree.ts';
import { ANY_BYTES } from './file-limits.ts';

const PROGRAM = fileURLToPath(new URL('./deep-tree.test-data.ts', import.meta.url));

test('a tree with more levels than a process may have files open is written, replaced, walked over and removed', () => {
  const command = 'ulimit -n 100 && exec "$0" --no-warnings "$@"';
  const { status, stderr, stdout } = spawnSync('sh', ['-c', command, process.execPath, PROGRAM, temporaryFolder()], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({ published: true, strayFiles: 1, abandoned: [], removed: [] });
}, 60_000);

test('what has a path that no system call takes is told to have one, not to be missing', () => {
  const root = temporaryFolder();
  const name = 'd'.repeat(250);
  const [file, folder] = ['f'.repeat(200), 'g'.repeat(200)];
  try {
    // Each call is relative to where the shell stands, so none has a long path.
    const levels = `for i in ${'x '.repeat(16)}; do mkdir ${name} && cd ${name} || exit 1; done`;
    output('sh', ['-c', `${levels}; touch ${file}; mkdir ${folder}`], root);
    const path = Array.from({ length: 16 }, () => name).join('/');
    const tree = new InputTree(root);
    expect(() => tree.read(`${path}/${file}`, ANY_BYTES)).toThrow(
      /more than 4095, is more than the system takes \(ENAMETOOLONG\)/,
    );
    expect(() => [...tree.entries(`${path}/${folder}`)]).toThrow(/more than 4095, is more than the system takes/);
    const problems = new Problems();
    new StrayFiles(tree, problems).add(name, 'folder');
    expect(() => problems.throwIfAny()).toThrow(/more than 4095, is more than the system takes/);
  } finally {
    output('rm', ['-rf', join(root, name)]);
  }
});

test('a name that is too long is that of nothing', () => {
  expect(new InputTree(temporaryFolder()).readOptional('n'.repeat(256), ANY_BYTES)).toBeUndefined();
});

test('removing what is not there does nothing', () => {
  const root = temporaryFolder();
  removeTree(join(root, 'nothing'));
  mkdirSync(join(root, 'a/b'), { recursive: true });
  removeTree(join(root, 'a'));
  expect(output('ls', ['-A', root])).toBe('');
});
