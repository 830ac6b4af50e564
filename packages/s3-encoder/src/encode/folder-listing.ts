import { SortedNames } from '@ekv/adapter';
import type { TreeEntry } from '@ekv/dump-tree';
import type { ScratchFolder } from '@ekv/snapshot';
import { SIDECAR_SUFFIX } from '../files/paths.ts';

type Kind = TreeEntry['kind'];

/** What stands in a folder under one name: a body or a folder, its sidecar, or both. Byte strings. */
export interface NamedEntries {
  readonly name: string;
  readonly body: Kind | undefined;
  readonly sidecar: Kind | undefined;
}

const KINDS: readonly Kind[] = ['file', 'folder', 'link', 'special'];
const BODY = 'b';
const SIDECAR = 's';

/** The entries of a folder in the order of their names' bytes, sidecars beside what they belong to, in bounded memory. */
export class FolderListing {
  /** Each `name, NUL, b or s, number of the kind`. */
  readonly #sorted: SortedNames;
  #next: string | undefined;
  /** Entries of the folder. */
  count = 0;

  /** Throws what reading the entries throws. @param onEntry is given each entry while the folder is read. */
  constructor(entries: Iterable<TreeEntry>, scratch: ScratchFolder, onEntry: (entry: TreeEntry) => void = () => {}) {
    this.#sorted = new SortedNames(scratch);
    try {
      for (const entry of entries) {
        onEntry(entry);
        this.count++;
        this.#sorted.add(keyOf(entry));
      }
      this.#next = this.#sorted.take();
    } catch (error) {
      this.#sorted.close();
      throw error;
    }
  }

  next(): NamedEntries | undefined {
    if (this.#next === undefined) return undefined;
    const name = nameOf(this.#next);
    let body: Kind | undefined;
    let sidecar: Kind | undefined;
    for (; this.#next !== undefined && nameOf(this.#next) === name; this.#next = this.#sorted.take()) {
      const kind = KINDS[Number(this.#next.at(-1))]!;
      if (this.#next.at(-2) === BODY) body = kind;
      else sidecar = kind;
    }
    return { name, body, sidecar };
  }

  /** Passes over everything up to a name, and what stands under that name too. */
  skipTo(name: string): void {
    while (this.#next !== undefined && nameOf(this.#next) <= name) this.#next = this.#sorted.take();
  }

  close(): void {
    this.#sorted.close();
    this.#next = undefined;
  }
}

/** A folder is never a sidecar, whatever its name. */
function keyOf({ name, kind }: TreeEntry): string {
  const isSidecar = kind !== 'folder' && name.endsWith(SIDECAR_SUFFIX);
  const owner = isSidecar ? name.slice(0, -SIDECAR_SUFFIX.length) : name;
  return `${owner}\0${isSidecar ? SIDECAR : BODY}${KINDS.indexOf(kind)}`;
}

function nameOf(key: string): string {
  return key.slice(0, -3);
}
