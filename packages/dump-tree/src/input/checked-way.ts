import type { Stats } from 'node:fs';
import { DataError } from '@ekv/snapshot';
import { described } from './entry-kind.ts';

/** What is asked of a tree for the way to an entry. */
export interface LookedAt {
  display(path: string): string;
  /** `undefined` when nothing is there. */
  look(path: string): Stats | undefined;
}

/** Empty, "." or "..", with the slash before it. */
const NO_NAME = /^\/?\.{0,2}$/;

/** The folders that lead to an entry. Entries come folder by folder: of the last way each folder was looked at once. */
export class CheckedWay {
  readonly #tree: LookedAt;
  /** The folder that was found to be one, and no link on the way to it. */
  #folder = '';

  constructor(tree: LookedAt) {
    this.#tree = tree;
  }

  /** Whether the folder that holds the entry is there. Throws DataError when there is a link on the way. */
  leadsTo(path: string): boolean {
    const slash = path.lastIndexOf('/');
    if (slash === -1 || (slash === this.#folder.length && path.startsWith(this.#folder))) return true;
    return this.#isPlainFolder(path.slice(0, slash));
  }

  /** Is told that a folder was looked at just now and is one, after {@link leadsTo}: so what is in it needs no other look. */
  ledTo(folder: string): void {
    if (!NO_NAME.test(folder.slice(folder.lastIndexOf('/')))) this.#folder = folder;
  }

  #isPlainFolder(folder: string): boolean {
    for (let end = sharedFolder(this.#folder, folder); end < folder.length; ) {
      const slash = folder.indexOf('/', end + 1);
      const start = end;
      end = slash === -1 ? folder.length : slash;
      const upper = folder.slice(0, end);
      if (NO_NAME.test(folder.slice(start, end)))
        throw new DataError(`${this.#tree.display(folder)} is no path inside the tree; "." and ".." are not followed`);
      const stat = this.#tree.look(upper);
      if (stat?.isSymbolicLink()) throw new DataError(`${this.#tree.display(upper)} is ${described(stat)}`);
      if (!stat?.isDirectory()) return false;
    }
    this.#folder = folder;
    return true;
  }
}

/** Length of the path of the lowest folder that two paths go through, or lead to. */
function sharedFolder(a: string, b: string): number {
  let same = 0;
  while (same < a.length && a.charCodeAt(same) === b.charCodeAt(same)) same++;
  const isEnd = (path: string) => same === path.length || path.charCodeAt(same) === 0x2f;
  return isEnd(a) && isEnd(b) ? same : Math.max(0, b.lastIndexOf('/', same - 1));
}
