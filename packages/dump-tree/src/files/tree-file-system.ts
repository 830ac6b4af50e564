import { lstatSync, opendirSync, type Stats, statfsSync } from 'node:fs';

/** A folder of so many bytes has some thousand entries at most: none takes less than 8 of them. */
const MOST_BYTES = 1 << 15;

/**
 * File systems, by their numbers of statfs(2), on which the size of a folder is that of its entries, so that a folder cannot be
 * larger than it looks: ext2 to ext4, XFS, tmpfs.
 */
const TELLING: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x01021994]);

/**
 * How Node gives the names of a folder. `latin1`, one character per byte, costs a fifth of `buffer`; but where the file system does
 * not tell what an entry is, Node looks at it by its name, and such a name is that of another one.
 */
export type NamesAs = 'latin1' | 'buffer';

/** What is known of the file system of a tree, for its folders. */
export class TreeFileSystem {
  readonly #root: string;
  /** Of the root, when its file system tells sizes; -1 when it does not, `undefined` before it was asked. */
  #device: number | undefined;
  #names: NamesAs | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Whether a folder is known to be small, so that one call may list it. To open one and read it in pieces takes three times as long,
   * and a tree can have a folder for each of very many tables, queues or buckets.
   */
  isSmall(folder: Stats): boolean {
    return folder.size <= MOST_BYTES && this.isKnown(folder);
  }

  /** How the names of a folder are to be asked for. */
  namesOf(folder: Stats): NamesAs {
    if (!this.isKnown(folder)) return 'buffer';
    this.#names ??= tellsKinds(this.#root) ? 'latin1' : 'buffer';
    return this.#names;
  }

  /** Whether a folder lies on one of these file systems, that of the root. */
  isKnown({ dev }: Stats): boolean {
    this.#device ??= tellingDevice(this.#root);
    return dev === this.#device;
  }
}

function tellingDevice(root: string): number {
  try {
    return TELLING.has(statfsSync(root).type) ? lstatSync(root).dev : -1;
  } catch {
    return -1;
  }
}

/** Whether the file system says what an entry is. Where it does not, Node looks for one whose name is that of the first in hex digits. */
function tellsKinds(root: string): boolean {
  try {
    const folder = opendirSync(root, { encoding: 'hex', bufferSize: 1 });
    try {
      return folder.readSync() !== null;
    } finally {
      folder.closeSync();
    }
  } catch {
    return false;
  }
}
