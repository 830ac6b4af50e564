import type { DigestOnOpening, FileLimit, LargeFile, TakePiece, TreeEntry, TreeFile, TreeSource } from '@ekv/dump-tree';
import type { FileSlice } from '@ekv/snapshot';

/** A tree of which some entries are not seen. */
export class PartOfTree implements TreeSource {
  readonly #tree: TreeSource;
  readonly #isSeen: (path: string) => boolean;
  readonly takesDigests: boolean;
  readonly root?: string;
  readonly mostExpected?: number;

  /** @param isSeen is asked for each entry of a folder, by its path. */
  constructor(tree: TreeSource, isSeen: (path: string) => boolean) {
    this.#tree = tree;
    this.#isSeen = isSeen;
    this.takesDigests = tree.takesDigests;
    if (tree.root !== undefined) this.root = tree.root;
    if (tree.mostExpected !== undefined) this.mostExpected = tree.mostExpected;
  }

  *entries(path: string): Generator<TreeEntry, void, undefined> {
    for (const entry of this.#tree.entries(path)) if (this.#isSeen(`${path}/${entry.name}`)) yield entry;
  }

  display(path: string): string {
    return this.#tree.display(path);
  }

  isFolder(path: string): boolean {
    return this.#tree.isFolder(path);
  }

  expect(path: string, bytes: number): void {
    this.#tree.expect?.(path, bytes);
  }

  read(path: string, limit: FileLimit): Buffer {
    return this.#tree.read(path, limit);
  }

  readOptional(path: string, limit: FileLimit): Buffer | undefined {
    return this.#tree.readOptional(path, limit);
  }

  readOrLeave(path: string, limit: number, take?: TakePiece): Buffer | LargeFile {
    return this.#tree.readOrLeave(path, limit, take);
  }

  readOrLeaveJson(path: string, limit: number): Buffer | LargeFile {
    return this.#tree.readOrLeaveJson(path, limit);
  }

  openOptional(path: string, digest?: DigestOnOpening): TreeFile | undefined {
    return this.#tree.openOptional(path, digest);
  }

  pathOf(slice: FileSlice): string {
    return this.#tree.pathOf(slice);
  }
}
