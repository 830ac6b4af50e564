import { type Dir, lstatSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceCall } from '@ekv/test-support/file-calls';
import { afterAll, expect, test } from 'vitest';
import { kindOf } from '../input/entry-kind.ts';
import { FolderEntries, nameOf, smallFolderEntries } from './folder-entries.ts';
import { type NamesAs, TreeFileSystem } from './tree-file-system.ts';

const root = mkdtempSync(join(tmpdir(), 'ekv-tree-file-system-'));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, 'folder/below'), { recursive: true });
writeFileSync(join(root, 'folder/file'), '');
writeFileSync(Buffer.concat([Buffer.from(join(root, 'folder/')), Buffer.from([0xff, 0x41])]), '');
symlinkSync('file', join(root, 'folder/link'));

const stat = lstatSync(join(root, 'folder'));
const isTelling = [0xef53, 0x58465342, 0x01021994].includes(statfsSync(root).type);

test.runIf(isTelling)('a folder of a few entries is small', () => {
  expect(new TreeFileSystem(root).isSmall(stat)).toBe(true);
});

test('a folder that may have many entries is not small', () => {
  expect(new TreeFileSystem(root).isSmall(Object.assign(lstatSync(root), { size: 1 << 20 }))).toBe(false);
});

test('a folder of another file system than the root, or below a root that is not there, is not small', () => {
  expect(new TreeFileSystem(root).isSmall(Object.assign(lstatSync(root), { dev: stat.dev + 1 }))).toBe(false);
  expect(new TreeFileSystem(join(root, 'absent')).isSmall(stat)).toBe(false);
});

/** `name kind` of all entries, however they are asked for. */
function pieces(names: NamesAs): string[] {
  const folder = new FolderEntries(join(root, 'folder'), names);
  const found: string[] = [];
  for (let entry = folder.next(); entry !== undefined; entry = folder.next())
    found.push(`${folder.name} ${kindOf(entry)}`);
  folder.close();
  return found.sort();
}

test.each<NamesAs>(['latin1', 'buffer'])(
  'a folder has the same entries at once and piece by piece, with names as %s',
  (names) => {
    const expected = pieces('buffer');
    expect(expected).toEqual(['below folder', 'file file', 'link link', '\xffA file']);
    expect(pieces(names)).toEqual(expected);
    const entries = smallFolderEntries(join(root, 'folder'), names);
    expect(entries.map((entry) => `${nameOf(entry)} ${kindOf(entry)}`).sort()).toEqual(expected);
  },
);

test.runIf(isTelling)('names are text where the file system tells kinds, for folders of that file system', () => {
  const system = new TreeFileSystem(root);
  expect(system.namesOf(stat)).toBe('latin1');
  expect(system.namesOf(Object.assign(lstatSync(root), { dev: stat.dev + 1 }))).toBe('buffer');
  expect(new TreeFileSystem(join(root, 'absent')).namesOf(stat)).toBe('buffer');
});

test.runIf(isTelling)('names are bytes where Node has to look at an entry to tell its kind', () => {
  replaceCall('opendirSync', (original, ...args) => {
    const folder = original(...args) as Dir;
    // What Node does for an entry of unknown kind.
    const readSync = () => {
      const entry = folder.readSync();
      if (entry !== null) lstatSync(join(root, entry.name));
      return entry;
    };
    return { readSync, closeSync: () => folder.closeSync() };
  });
  expect(new TreeFileSystem(root).namesOf(stat)).toBe('buffer');
});
