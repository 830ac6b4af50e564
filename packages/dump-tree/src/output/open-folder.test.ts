import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { plant, temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { isOpenToAll, isOpenToOthers } from './open-folder.ts';

test.each([
  [0o700, false, false],
  [0o755, false, false],
  [0o775, false, true],
  [0o1775, false, false],
  [0o757, true, true],
  [0o777, true, true],
  [0o1777, false, false],
])('a folder of mode %o is open to all: %s; to others, a group too: %s', (mode, all, others) => {
  const folder = temporaryFolder();
  chmodSync(folder, mode);
  expect([isOpenToAll(folder), isOpenToOthers(folder)]).toEqual([all, others]);
  chmodSync(folder, 0o700);
});

test('what cannot be looked at is open to nobody, and no error', () => {
  const folder = temporaryFolder();
  plant(folder, { file: '' });
  symlinkSync('loop', join(folder, 'loop'));
  for (const path of ['missing', 'file/below', 'loop/below']) {
    expect([isOpenToAll(join(folder, path)), isOpenToOthers(join(folder, path))]).toEqual([false, false]);
  }
});
