import { lstatSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { kindOf } from '../input/entry-kind.ts';
import { FolderEntries } from './folder-entries.ts';
import { SmallFolders, smallFolderEntries } from './small-folders.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-small-folders-'));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'folder/below'), { recursive: true });
writeFileSync(join(root, 'folder/file'), '');
writeFileSync(Buffer.concat([Buffer.from(join(root, 'folder/')), Buffer.from([0xff, 0x41])]), '');
symlinkSync('file', join(root, 'folder/link'));

const stat = lstatSync(join(root, 'folder'));
const isTelling = [0xef53, 0x58465342, 0x01021994].includes(statfsSync(root).type);

test.runIf(isTelling)('a folder of a few entries is small', () => {
  expect(new SmallFolders(root).has(stat)).toBe(true);
});

test('a folder that may have many entries is not small', () => {
  expect(new SmallFolders(root).has(Object.assign(lstatSync(root), { size: 1 << 20 }))).toBe(false);
});

test('a folder of another file system than the root, or below a root that is not there, is not small', () => {
  expect(new SmallFolders(root).has(Object.assign(lstatSync(root), { dev: stat.dev + 1 }))).toBe(false);
  expect(new SmallFolders(join(root, 'absent')).has(stat)).toBe(false);
});

test('listed at once, a folder has the same entries as piece by piece', () => {
  const pieces = new FolderEntries(join(root, 'folder'));
  const expected: string[] = [];
  for (let entry = pieces.next(); entry !== undefined; entry = pieces.next())
    expected.push(`${pieces.name} ${kindOf(entry)}`);
  pieces.close();
  const entries = smallFolderEntries(join(root, 'folder'));
  const names = entries.map((entry) => `${entry.name.toString('latin1')} ${kindOf(entry)}`);
  expect(names.sort()).toEqual(expected.sort());
  expect(expected).toContain('\xffA file');
});
