import { type Dirent, lstatSync, readdirSync, type Stats, statfsSync } from 'node:fs';

/** A folder of so many bytes has some thousand entries at most: none takes less than 8 of them. */
const MOST_BYTES = 1 << 15;

/**
 * File systems, by their numbers of statfs(2), on which the size of a folder is that of its entries, so that a folder cannot be
 * larger than it looks: ext2 to ext4, XFS, tmpfs.
 */
const TELLING: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x01021994]);

/** Names as bytes: Node looks at an entry again by its name where the file system does not tell the kind. */
const OPTIONS = { encoding: 'buffer', withFileTypes: true } as const;

/**
 * Folders of a tree that are listed by one call, because they are known to be small. To open one and read it in pieces takes
 * three times as long, and a tree can have a folder for each of very many tables, queues or buckets.
 */
export class SmallFolders {
  readonly #root: string;
  /** Of the root, when its file system tells sizes; -1 when it does not, `undefined` before it was asked. */
  #device: number | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  has(stat: Stats): boolean {
    return stat.size <= MOST_BYTES && this.isLocal(stat);
  }

  /** Whether a folder lies on one of these file systems, that of the root. */
  isLocal({ dev }: Stats): boolean {
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

/** All entries of a small folder. Throws what the system throws. */
export function smallFolderEntries(path: string | Buffer): Array<Dirent<Buffer>> {
  return readdirSync(path, OPTIONS);
}
