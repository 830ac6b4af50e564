import type { TreeEntry, TreeSource } from '@ekv/dump-tree';
import { ExternalSorter, type ScratchFolder, type SortedRows } from '@ekv/snapshot';
import { SIDECAR_SUFFIX } from '../files/paths.ts';

type Kind = TreeEntry['kind'];

/** What stands in a folder under one name: a body or a folder, its sidecar, or both. Byte strings. */
export interface NamedEntries {
  readonly name: string;
  readonly body: Kind | undefined;
  readonly sidecar: Kind | undefined;
}

/** More entries than this are sorted on disk. */
const FEW = 10_000;
const ARENA_BYTES = 16 << 20;
const NOTHING = Buffer.alloc(0);
const KINDS: readonly Kind[] = ['file', 'folder', 'link', 'special'];
const BODY = 'b';
const SIDECAR = 's';

/** The entries of a folder in the order of their names' bytes, sidecars beside what they belong to, in bounded memory. */
export class FolderListing {
  /** Each `name, NUL, b or s, number of the kind`. */
  #few: string[] | undefined = [];
  #rows: SortedRows | undefined;
  #at = 0;
  #next: string | undefined;

  /** @param onEntry is told of each entry while the folder is read. */
  constructor(tree: TreeSource, path: string, scratch: ScratchFolder, onEntry: (entry: TreeEntry) => void = () => {}) {
    let many: ExternalSorter | undefined;
    for (const entry of tree.entries(path)) {
      onEntry(entry);
      const key = keyOf(entry);
      if (many !== undefined) many.add(Buffer.from(key, 'latin1'), NOTHING);
      else if (this.#few!.push(key) > FEW) many = this.#sortOnDisk(scratch);
    }
    if (many === undefined) this.#few!.sort();
    else this.#rows = many.sorted();
    this.#next = this.#take();
  }

  next(): NamedEntries | undefined {
    if (this.#next === undefined) return undefined;
    const name = nameOf(this.#next);
    let body: Kind | undefined;
    let sidecar: Kind | undefined;
    for (; this.#next !== undefined && nameOf(this.#next) === name; this.#next = this.#take()) {
      const kind = KINDS[Number(this.#next.at(-1))]!;
      if (this.#next.at(-2) === BODY) body = kind;
      else sidecar = kind;
    }
    return { name, body, sidecar };
  }

  close(): void {
    this.#rows?.close();
    this.#rows = undefined;
    this.#few = undefined;
  }

  #sortOnDisk(scratch: ScratchFolder): ExternalSorter {
    const sorter = new ExternalSorter({ scratch, arenaBytes: ARENA_BYTES });
    for (const key of this.#few!) sorter.add(Buffer.from(key, 'latin1'), NOTHING);
    this.#few = undefined;
    return sorter;
  }

  #take(): string | undefined {
    if (this.#rows === undefined) return this.#few?.[this.#at++];
    if (!this.#rows.next()) return undefined;
    return this.#rows.bytes.toString('latin1', this.#rows.keyStart, this.#rows.keyEnd);
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
