import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderWith } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { emptyFolder } from './empty-folder.ts';

test('a folder is empty afterwards and stays, names of any bytes, and no link is followed', async () => {
  const kept = folderWith({ kept: 'x' });
  const folder = folderWith({});
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  for (let i = 0; i < 2000; i++) writeFileSync(join(folder, `a/b/${i}`), '');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/a/`), Buffer.of(0xff, 0xfe)]), '');
  symlinkSync(kept, join(folder, 'a/link'));
  await emptyFolder(folder);
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(join(kept, 'kept'))).toBe(true);
});

test('signals and timers are answered meanwhile', { timeout: 60_000 }, async () => {
  const folder = folderWith({});
  for (let i = 0; i < 3000; i++) writeFileSync(join(folder, String(i)), '');
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await emptyFolder(folder, 2);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
});
