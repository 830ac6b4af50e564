import type { InputTree, TreeEntry } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { SortedNames } from './sorted-names.ts';

const KINDS: ReadonlyArray<TreeEntry['kind']> = ['file', 'folder', 'link', 'special'];
/** Bytes after a name: NUL, which is lower than any byte of a name, and the number of the kind. */
const KIND_BYTES = 2;

/**
 * What stands in a folder, in the order of the bytes of the names: so runs are repeatable, whatever the file system. Names
 * of a large folder are sorted on disk. Throws what the listing throws, before the first entry is given.
 */
export function* sortedEntries(
  tree: Pick<InputTree, 'entries'>,
  scratch: ScratchFolder,
  folder: string,
): Generator<TreeEntry> {
  const names = new SortedNames(scratch);
  try {
    for (const { name, kind } of tree.entries(folder)) names.add(`${name}\0${KINDS.indexOf(kind)}`);
    for (let found = names.take(); found !== undefined; found = names.take())
      yield { name: found.slice(0, -KIND_BYTES), kind: KINDS[Number(found.at(-1))]! };
  } finally {
    names.close();
  }
}
