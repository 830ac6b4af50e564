import type { TreeEntry, TreeSource } from './tree-source.ts';

/** An entry that is no folder, with its whole path. */
export interface EntryBelow {
  /** Byte string relative to the root. */
  readonly path: string;
  readonly kind: Exclude<TreeEntry['kind'], 'folder'>;
}

/** Folders that are held open on the way down; of those below, the names of their folders are. */
const MOST_OPEN = 32;

/**
 * Everything below a folder but the folders, at any depth: neither the stack nor the number of open files depends on it.
 *
 * @param folder its path; empty for the whole tree.
 * @param guard is given the entries of each folder, to take what is wrong with it; the walk goes on with the others.
 * @param onFolder is told of each folder on the way, before what is in it.
 */
export function* filesBelow(
  tree: TreeSource,
  folder: string,
  guard: (entries: Iterable<TreeEntry>) => Iterable<TreeEntry> = (entries) => entries,
  onFolder: (path: string) => void = () => {},
): Generator<EntryBelow> {
  const open: Listing[] = [{ folder, entries: guard(tree.entries(folder))[Symbol.iterator]() }];
  const waiting: string[] = [];
  try {
    for (let listing = open.at(-1); listing !== undefined; listing = open.at(-1)) {
      const next = listing.entries.next();
      if (next.done === true) {
        open.pop();
        const deep = waiting.pop();
        if (deep !== undefined) open.push({ folder: deep, entries: guard(tree.entries(deep))[Symbol.iterator]() });
        continue;
      }
      const path = listing.folder === '' ? next.value.name : `${listing.folder}/${next.value.name}`;
      if (next.value.kind !== 'folder') {
        yield { path, kind: next.value.kind };
        continue;
      }
      onFolder(path);
      if (open.length >= MOST_OPEN) waiting.push(path);
      else open.push({ folder: path, entries: guard(tree.entries(path))[Symbol.iterator]() });
    }
  } finally {
    for (const { entries } of open) entries.return?.();
  }
}

interface Listing {
  readonly folder: string;
  readonly entries: Iterator<TreeEntry>;
}
