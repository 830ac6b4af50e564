import type { TreeEntry } from '@ekv/dump-tree';
import { DataError, ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { expect, test } from 'vitest';
import { sortedEntries } from './sorted-entries.ts';

const tree = (entries: Iterable<TreeEntry>) => ({ entries: () => entries as Generator<TreeEntry> });

function* many(count: number): Generator<TreeEntry> {
  for (let i = 0; i < count; i++) yield { name: `n${(i * 7919) % count}`, kind: i % 2 === 0 ? 'file' : 'folder' };
}

test('entries come in the order of the bytes of their names, each with its kind', () => {
  const entries: TreeEntry[] = [
    { name: 'a\xff', kind: 'special' },
    { name: 'a-b', kind: 'link' },
    { name: 'a', kind: 'folder' },
    { name: 'B', kind: 'file' },
  ];
  const scratch = new ScratchFolder(temporaryFolder());
  expect([...sortedEntries(tree(entries), scratch, 'f')]).toEqual(
    ['B', 'a', 'a-b', 'a\xff'].map((name) => entries.find((entry) => entry.name === name)),
  );
});

test.each([0, 1, 10_000, 10_001, 25_000])('%i entries come in order, in memory or from disk', (count) => {
  const scratch = new ScratchFolder(temporaryFolder());
  const sorted = [...sortedEntries(tree(many(count)), scratch, 'f')];
  const wanted = [...many(count)].sort((a, b) => (a.name < b.name ? -1 : 1));
  expect(sorted).toEqual(wanted);
});

test('an error of the listing is thrown before the first entry is given', () => {
  function* broken(): Generator<TreeEntry> {
    yield { name: 'a', kind: 'file' };
    throw new DataError('the folder f is missing');
  }
  const entries = sortedEntries(tree(broken()), new ScratchFolder(temporaryFolder()), 'f');
  expect(() => entries.next()).toThrow('the folder f is missing');
});
