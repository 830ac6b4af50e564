import { join } from 'node:path';
import { ScratchFolder } from '@ekv/snapshot';
import { openFilesIn } from '@ekv/test-support/open-files';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { KeptList } from './kept-list.ts';

function read(list: KeptList): string {
  const file = list.tree().openOptional('CHECKSUMS', 'left out')!;
  const bytes = Buffer.alloc(file.byteLength + 10);
  let filled = 0;
  for (let count = -1; count !== 0; filled += count) count = file.read(filled, bytes, filled, 3);
  return bytes.toString('latin1', 0, filled);
}

test('a list is in memory up to a size, above it in a file without a name, and reads the same', () => {
  const scratchRoot = temporaryFolder();
  const list = new KeptList(new ScratchFolder(scratchRoot, 'scratch'), 8);
  list.add(Buffer.from('abcd'));
  expect(read(list)).toBe('abcd');
  expect(openFilesIn(scratchRoot)).toEqual([]);
  for (const piece of ['efgh', 'i', 'jkl']) list.add(Buffer.from(piece));
  list.end();
  expect(list.isWhole).toBe(true);
  expect(read(list)).toBe('abcdefghijkl');
  expect(openFilesIn(scratchRoot)).toHaveLength(1);
  list.close();
  list.close();
  expect(openFilesIn(scratchRoot)).toEqual([]);
});

test('a short list needs no folder for scratch data, as on a system whose disks are all read-only', () => {
  const list = new KeptList(new ScratchFolder(join(temporaryFolder(), 'none'), 'scratch'));
  list.add(Buffer.from('abc'));
  expect(read(list)).toBe('abc');
  expect(list.tree().openOptional('redis/a', 'left out')).toBeUndefined();
});
