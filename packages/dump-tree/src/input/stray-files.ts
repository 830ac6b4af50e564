import { DataError, fewOf, type Warn } from '@ekv/snapshot';
import { filesBelow } from './files-below.ts';
import type { Problems } from './problems.ts';
import type { TreeEntry, TreeSource } from './tree-source.ts';

const EXAMPLES = 3;

/**
 * What stands in an adapter's folder and is no data of it: files with other names, further folders. They are left out
 * with one warning; links and special files among them are problems, for one of them may hide what should have been
 * data. docs/format/02-dump-tree.md, section 8.
 */
export class StrayFiles {
  readonly #tree: TreeSource;
  readonly #problems: Problems;
  readonly #examples: string[] = [];
  #count = 0;

  constructor(tree: TreeSource, problems: Problems) {
    this.#tree = tree;
    this.#problems = problems;
  }

  /** Takes an entry that is not data. @param path byte string of the entry, relative to the root. */
  add(path: string, kind: TreeEntry['kind']): void {
    if (kind === 'folder') return this.#addFolder(path);
    if (kind !== 'file') return this.#problems.add(refusedEntry(this.#tree.display(path), kind));
    this.#count++;
    if (this.#examples.length < EXAMPLES) this.#examples.push(this.#tree.display(path));
  }

  /** Says what was left out, if anything. @param adapter name of the adapter whose folder it is. */
  report(warn: Warn, adapter: string): void {
    if (this.#count === 0) return;
    warn({
      event: 'stray_files',
      message: `files that are no ${adapter} data were left out: ${fewOf(this.#examples, this.#count)}`,
      fields: { adapter, count: this.#count },
      loss: true,
    });
  }

  #addFolder(path: string): void {
    const guard = (entries: Iterable<TreeEntry>) => this.#problems.guard(entries);
    for (const below of filesBelow(this.#tree, path, guard)) this.add(below.path, below.kind);
  }
}

/**
 * The complaint about a folder that bears the name of a file of data and holds no data of its own: the file may have been there, and
 * what it held would be missing. docs/format/02-dump-tree.md, section 8.
 */
export function folderInPlaceOfFile(path: string): DataError {
  return new DataError(`${path} must be a regular file, it is a folder; restore the file, or remove the folder`);
}

/** The complaint about an entry that is neither a regular file nor a folder. */
export function refusedEntry(path: string, kind: 'link' | 'special'): DataError {
  if (kind === 'link')
    return new DataError(`${path} is a symlink; links are not followed, copy the file itself into the tree`);
  return new DataError(`${path} is a FIFO, socket or device; only regular files belong into a dump tree, remove it`);
}
