import { type FilesOutcome, fileComparers, type TreeSource } from '@ekv/dump-tree';
import { DataError } from '@ekv/snapshot';

/** A tree of so few files is compared before other threads have started. */
const FEW_FILES = 256;

/** Small files of a folder that other threads compare. */
export class ComparedBehind {
  readonly #tree: TreeSource;
  readonly #start: () => ReturnType<typeof fileComparers>;
  #comparers: ReturnType<typeof fileComparers> | undefined;
  #files = 0;
  /** The last folder, and whether nothing on the way to it is a link. */
  #folder = '';
  #isPlain = true;

  /** @param root of the tree, a folder. @param threads besides this one. */
  constructor(tree: TreeSource, root: string, threads: number, outcome: FilesOutcome) {
    this.#tree = tree;
    this.#start = () => fileComparers(threads, root, outcome);
  }

  /** Whether a file is compared by a thread. Throws what the outcome throws of an earlier file. */
  take(path: string, bytes: Uint8Array): boolean {
    if (++this.#files <= FEW_FILES || !this.#isInPlainFolder(path)) return false;
    this.#comparers ??= this.#start();
    return this.#comparers.give(path, bytes);
  }

  /** Waits until all that was taken is compared. */
  settle(): void {
    this.#comparers?.settle();
  }

  close(): void {
    this.#comparers?.end();
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
