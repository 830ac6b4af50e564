import { join } from 'node:path';
import type { Warning } from '@ekv/snapshot';
import { replaceCall, systemError } from '@ekv/test-support/file-calls';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { warnOfRoom } from './room.ts';

function warned(path: string, bytes: number): Warning[] {
  const warnings: Warning[] = [];
  warnOfRoom(path, bytes, (warning) => warnings.push(warning));
  return warnings;
}

test('what fits is no word worth, also where folders are missing', () => {
  expect(warned(join(temporaryFolder(), 'a/b/c'), 1)).toEqual([]);
});

test('what does not fit is told with figures, also where folders are missing', () => {
  const path = join(temporaryFolder(), 'a/b/c');
  expect(warned(path, 2 ** 70)).toMatchObject([
    { event: 'little_room', fields: { path, bytes: 2 ** 70, free: expect.any(Number) } },
  ]);
  expect(warned(path, 2 ** 70)[0]).not.toHaveProperty('loss');
});

test('a file system that does not tell its room is not judged', () => {
  replaceCall('statfsSync', () => ({ bavail: 0, bsize: 4096, blocks: 0 }));
  expect(warned('/x', 2 ** 70)).toEqual([]);
  replaceCall('statfsSync', () => {
    throw systemError('ENOSYS');
  });
  expect(warned('/x', 2 ** 70)).toEqual([]);
});
