import type { TreeEntry, TreeSource } from '@ekv/dump-tree';
import { DataError, ScratchFolder } from '@ekv/snapshot';
import { temporaryFolder } from '@ekv/test-support/temporary-folder';
import { afterEach, expect, test } from 'vitest';
import { bucketWalk, type Met } from './bucket-walk.ts';
import { FolderListing } from './folder-listing.ts';

const scratch = new ScratchFolder(temporaryFolder());
afterEach(() => scratch.remove());

const LEVELS = 6;
const FILES = 10;

/** A bucket in which each folder has some files with sidecars, and a few folders below, down to a depth. */
class Nested {
  /** How often each folder was listed. */
  readonly listed = new Map<string, number>();
  /** A folder that cannot be listed a second time. */
  vanishes: string | undefined;

  readonly entries = (path: string): Iterable<TreeEntry> => {
    const times = (this.listed.get(path) ?? 0) + 1;
    this.listed.set(path, times);
    if (path === this.vanishes && times > 1) throw new DataError(`the folder ${path} is missing`);
    return this.#entries(path.split('/').length - 1);
  };

  *#entries(depth: number): Generator<TreeEntry> {
    for (let i = 0; i < FILES; i++) {
      yield { name: `f${i}.elastickv-meta.json`, kind: 'file' };
      yield { name: `f${i}`, kind: 'file' };
    }
    // A folder and its sidecar, a name in another's, one behind all files.
    if (depth < LEVELS) for (const name of ['f3-', 'f3.d', 'z']) yield { name, kind: 'folder' };
  }
}

function walked(tree: Nested, mostHeld?: number): Met[] {
  const source = tree as Pick<TreeSource, 'entries'> as TreeSource;
  const top = new FolderListing(tree.entries('b'), scratch);
  return [...bucketWalk(source, scratch, 'b', top, mostHeld)];
}

test.each([1, 50, 100])('a walk that holds %i entries comes to the same as one that holds all', (mostHeld) => {
  const all = new Nested();
  const wanted = walked(all);
  expect(wanted.filter(({ found }) => found === 'end')).toHaveLength((3 ** (LEVELS + 1) - 1) / 2);
  expect([...all.listed.values()].every((times) => times === 1)).toBe(true);
  const few = new Nested();
  expect(walked(few, mostHeld)).toEqual(wanted);
  const [most, least] = [Math.max(...few.listed.values()), Math.min(...few.listed.values())];
  // A folder at the end of the way is never listed anew, one above once for each folder in it.
  expect(least).toBe(1);
  expect(most).toBeLessThanOrEqual(4);
  if (mostHeld === 1) expect(few.listed.get('b')).toBe(4);
});

test('a folder that cannot be listed anew is said where its other entries would come, and the walk goes on', () => {
  const tree = new Nested();
  tree.vanishes = 'b/f3-';
  const met = walked(tree, 1);
  const unlisted = met.filter(({ found }) => found === 'unlisted');
  expect(unlisted.map(({ prefix, error }) => [prefix, (error as Error).message])).toEqual([
    ['f3-/', 'the folder b/f3- is missing'],
  ]);
  expect(met.some(({ prefix }) => prefix.startsWith('f3-/z'))).toBe(false);
  expect(met.at(-1)).toEqual({ prefix: '', found: 'end' });
});

test('a walk that is left early holds no list', () => {
  const tree = new Nested();
  const top = new FolderListing(tree.entries('b'), scratch);
  const walk = bucketWalk(tree as Pick<TreeSource, 'entries'> as TreeSource, scratch, 'b', top);
  for (let i = 0; i < 100; i++) walk.next();
  walk.return(undefined);
  expect(top.next()).toBeUndefined();
});
