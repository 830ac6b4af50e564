import { type FilesOutcome, fileComparers, type TreeSource } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

/** Small files of a folder that other threads compare. */
export class ComparedBehind {
  readonly #tree: TreeSource;
  readonly #comparers: ReturnType<typeof fileComparers>;
  /** The last folder, and whether nothing on the way to it is a link. */
  #folder = '';
  #isPlain = true;

  /** @param root of the tree, a folder. @param threads besides this one. */
  constructor(tree: TreeSource, root: string, threads: number, outcome: FilesOutcome) {
    this.#tree = tree;
    this.#comparers = fileComparers(threads, root, outcome);
  }

  /** Whether a file is compared by a thread. Throws what the outcome throws of an earlier file. */
  take(path: string, bytes: Uint8Array): boolean {
    return this.#isInPlainFolder(path) && this.#comparers.give(path, bytes);
  }

  /** Waits until all that was taken is compared. */
  settle(): void {
    this.#comparers.settle();
  }

  close(): void {
    this.#comparers.end();
  }

  #isInPlainFolder(path: string): boolean {
    const slash = path.lastIndexOf('/');
    if (slash === this.#folder.length && path.startsWith(this.#folder)) return this.#isPlain;
    this.#folder = path.slice(0, Math.max(0, slash));
    this.#isPlain = this.#looksPlain();
    return this.#isPlain;
  }

  #looksPlain(): boolean {
    try {
      return this.#tree.isFolder(this.#folder);
    } catch (error) {
      if (error instanceof DataError) return false;
      throw error;
    }
  }
}
